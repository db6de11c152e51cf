import './socket';
import './rules/color';
import './logger';
