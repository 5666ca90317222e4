#ifndef COneDNN_h
#define COneDNN_h
#endif
