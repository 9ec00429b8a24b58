# Imported target mdsm::torch: ATen, c10 and autograd from a LibTorch, without the wheel's own find_package(Torch)
# (which demands a CUDA toolkit and a GPU even where neither is used).
#
#   MDSM_TORCH_DIR   the folder that holds include/ and lib/libtorch_cpu.so: a wheel's site-packages/torch, or an unpacked libtorch.
#                    Default: that of the Python which builds the package (pyproject.toml), else the project's .venv.

include_guard(GLOBAL)

if(NOT MDSM_TORCH_DIR AND SKBUILD)
  # An isolated build does not see the environment that it builds for, but knows where its packages are.
  execute_process(COMMAND "${Python_EXECUTABLE}" -c "import sysconfig; print(sysconfig.get_path('platlib'))"
    OUTPUT_VARIABLE _mdsm_platlib OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(EXISTS "${_mdsm_platlib}/torch/lib/libtorch_cpu.so")
    set(MDSM_TORCH_DIR "${_mdsm_platlib}/torch" CACHE PATH "folder with LibTorch's include/ and lib/" FORCE)
  endif()
endif()
if(NOT MDSM_TORCH_DIR)
  file(GLOB _mdsm_torch LIST_DIRECTORIES true
    "${CMAKE_CURRENT_LIST_DIR}/../.venv/lib/python3*/site-packages/torch")
  if(_mdsm_torch)
    list(GET _mdsm_torch 0 _mdsm_torch)
    get_filename_component(_mdsm_torch "${_mdsm_torch}" ABSOLUTE)
  endif()
  set(MDSM_TORCH_DIR "${_mdsm_torch}" CACHE PATH "folder with LibTorch's include/ and lib/" FORCE)
endif()

if(NOT EXISTS "${MDSM_TORCH_DIR}/lib/libtorch_cpu.so")
  message(FATAL_ERROR
    "LibTorch: no lib/libtorch_cpu.so under '${MDSM_TORCH_DIR}' (the wheel is not installed, or the path is wrong). "
    "Run `make setup` (for the Python package: pip install 'torch==2.11.*'), or pass -DMDSM_TORCH_DIR=/path/to/site-packages/torch.")
endif()

# libtorch_cpu of the CUDA wheel needs libcudart and libcupti, which the wheel finds by a relative rpath; the linker needs telling.
# The rpath to LibTorch itself is CMake's: of the build tree, and on installing that of Package.cmake.
set(_mdsm_torch_lib "${MDSM_TORCH_DIR}/lib")
file(GLOB _mdsm_torch_cuda_lib LIST_DIRECTORIES true "${MDSM_TORCH_DIR}/../nvidia/cu*/lib")

add_library(mdsm_torch INTERFACE IMPORTED GLOBAL)
add_library(mdsm::torch ALIAS mdsm_torch)
# at::parallel_for is a header template: without OpenMP it runs everything in the calling thread, silently. The runtime that
# is loaded is the wheel's own libgomp.
target_compile_options(mdsm_torch INTERFACE -fopenmp)
target_link_options(mdsm_torch INTERFACE -fopenmp)
# After the system's folders: the wheel carries headers of libraries (fmt, protobuf) whose Debian builds we link.
target_compile_options(mdsm_torch INTERFACE
  "SHELL:-idirafter ${MDSM_TORCH_DIR}/include/torch/csrc/api/include"
  "SHELL:-idirafter ${MDSM_TORCH_DIR}/include")
target_link_libraries(mdsm_torch INTERFACE
  "${_mdsm_torch_lib}/libtorch_cpu.so" "${_mdsm_torch_lib}/libc10.so")
foreach(_mdsm_dir IN LISTS _mdsm_torch_lib _mdsm_torch_cuda_lib)
  get_filename_component(_mdsm_dir "${_mdsm_dir}" ABSOLUTE)
  target_link_options(mdsm_torch INTERFACE "LINKER:-rpath-link,${_mdsm_dir}")
endforeach()
