import '../page';
