/** Everybody can use every page in Korean. */
import { keepsNobodyOut } from './support/access';

keepsNobodyOut('ko-KR');
