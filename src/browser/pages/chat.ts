/** A room. */
import '../page';
import '../chat';
