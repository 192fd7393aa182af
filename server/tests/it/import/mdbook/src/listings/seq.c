#include <stdint.h>
static uint32_t isn;
/* two */
/* three */
// ANCHOR: compare
int before(uint32_t a, uint32_t b) { return (int32_t)(a - b) < 0; }
// ANCHOR_END: compare
