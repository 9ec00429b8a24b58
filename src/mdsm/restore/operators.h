#pragma once

// Every linear measurement, one short file each.
#include "mdsm/restore/blur.h"
#include "mdsm/restore/compressed_sensing.h"
#include "mdsm/restore/decolorize.h"
#include "mdsm/restore/downsampling.h"
#include "mdsm/restore/framed.h"
#include "mdsm/restore/identity.h"
#include "mdsm/restore/inpainting.h"
#include "mdsm/restore/kernels.h"
