#include "batch.h"

void batch_write_word(uint32_t word)
{
    const uint8_t bytes[4] = {(uint8_t)word, (uint8_t)(word >> 8), (uint8_t)(word >> 16), (uint8_t)(word >> 24)};
    batch_write(bytes, sizeof bytes);
}

void batch_write_result(const int32_t *logits, uint32_t classes, uint32_t class_index, uint32_t timesteps)
{
    for (uint32_t k = 0; k < classes; k++) {
        batch_write_word((uint32_t)logits[k]);
    }
    batch_write_word(class_index);
    batch_write_word(timesteps);
}

void batch_trace(void *user, const litesnn_trace *event)
{
    (void)user;
    batch_write_word((uint32_t)event->phase);
    batch_write_word(event->layer);
    if (event->phase == LITESNN_TRACE_COUNTS) {
        batch_write_word(event->spikes_in);
        batch_write_word(event->spikes_out);
        batch_write(event->spikes, (size_t)event->timesteps * event->height * event->width * event->pixel_bytes);
    }
}
