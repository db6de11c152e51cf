/** The list of rooms. */
import '../page';
import '../main';
