/* Runs a batch on the host: the record goes to the file that is named on the command line. */
#include <stdio.h>
#include <stdlib.h>

#include "batch.h"

static FILE *record;

void batch_write(const void *data, size_t length)
{
    if (length > 0 && fwrite(data, 1, length, record) != length) {
        abort();
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        return 2;
    }
    record = fopen(argv[1], "wb");
    if (record == NULL) {
        return 2;
    }
    batch_run();
    return fclose(record) == 0 ? 0 : 2;
}
