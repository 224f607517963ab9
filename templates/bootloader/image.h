#ifndef IMAGE_H
#define IMAGE_H

#include <stdbool.h>

/* Whether the application's region holds an image whose length, mark and CRC are right. */
bool image_is_valid(void);

#endif
