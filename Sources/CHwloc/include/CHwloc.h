#ifndef CHwloc_h
#define CHwloc_h
#endif
