#pragma once

#include <filesystem>

#include "mdsm/data/labelled.h"
#include "mdsm/data/reading.h"
#include "mdsm/data/source.h"

namespace mdsm {

/// CIFAR-10, or CIFAR-100 with its 100 fine classes.
enum class CifarKind { ten, hundred };

/// Reads the binary version: data_batch_1.bin .. data_batch_5.bin and test_batch.bin, or train.bin and test.bin.
///
/// A record is the label (CIFAR-100: the coarse label, then the fine one), then 3072 bytes: the red, green and blue
/// plane, rows first. A file may hold any number of whole records. Class names come from batches.meta.txt or
/// fine_label_names.txt where these are present. Source: Krizhevsky, Learning multiple layers of features from tiny
/// images, 2009; https://www.cs.toronto.edu/~kriz/cifar.html.
/// \param path  a folder with these files, or one with the published cifar-10-batches-bin or cifar-100-binary in it, or
///              the published .tar.gz, which is read as it is
/// \param prepare  changes the images, some at a time; may be empty
/// \return images (N, 3, 32, 32) uint8, or as `prepare` makes them, in the files' order
/// \throws Error if a file is missing, is not made of whole records, or holds a label that is no class
LabelledData read_cifar(const std::filesystem::path& path, CifarKind kind, Split split,
                        const PrepareImage& prepare = {});

}  // namespace mdsm
