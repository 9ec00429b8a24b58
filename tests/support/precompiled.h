#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdsm/precompiled.h"
