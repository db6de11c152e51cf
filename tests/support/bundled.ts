/** Makes the pages' files once before all tests, since the program does not serve pages without them. */
import { bundle } from '../../src/tools/bundle';

export default bundle;
