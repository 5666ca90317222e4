#ifndef CDigest_h
#define CDigest_h
#endif
