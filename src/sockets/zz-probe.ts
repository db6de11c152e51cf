import '../controllers/page';
import '../logger';
import '../services';
