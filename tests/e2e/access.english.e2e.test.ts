/** Everybody can use every page in English. */
import { keepsNobodyOut } from './support/access';

keepsNobodyOut('en-US');
