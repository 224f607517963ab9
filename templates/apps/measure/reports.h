#ifndef REPORTS_H
#define REPORTS_H

/* What the device tells the host; one function a frame type. */

#include <stdint.h>
#include "frames.h"
#include "litesnn_model.h"
#include "protocol.h"

typedef struct {
    uint16_t layer;
    uint32_t ticks;
    uint32_t spikes_in;
    uint32_t spikes_out;
} layer_report;

void report_hello(void);
void report_ack(const frame *command, uint32_t next);
void report_error(const frame *command, protocol_error code);
void report_result(uint32_t sample, const litesnn_result *result, uint64_t ticks);
void report_layer(uint32_t sample, const layer_report *layer);
void report_memory(void);

/* Says how many frames and bytes were lost, if any were since the last time. */
void report_losses(void);

#endif
