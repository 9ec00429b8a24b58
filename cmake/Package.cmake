# `cmake --install`: library, program, headers, data, and a CMake package for find_package(mdsm).
include(CMakePackageConfigHelpers)

set(_mdsm_package "${CMAKE_INSTALL_LIBDIR}/cmake/mdsm")

# What libmdsm needs of LibTorch is installed with it (some 500 MB): the checkout, in whose .venv LibTorch lies, may go. With OFF
# the installed library and program look for LibTorch where it was at build time.
option(MDSM_INSTALL_TORCH "install LibTorch's libraries with mdsm" ON)
file(GLOB _mdsm_torch_dirs LIST_DIRECTORIES true "${MDSM_TORCH_DIR}/lib" "${MDSM_TORCH_DIR}/../nvidia/cu*/lib")
set(_mdsm_torch_place "${CMAKE_INSTALL_LIBDIR}/mdsm")
if(MDSM_INSTALL_TORCH)
  file(GLOB _mdsm_torch_libraries "${MDSM_TORCH_DIR}/lib/libtorch_cpu.so" "${MDSM_TORCH_DIR}/lib/libc10.so"
    "${MDSM_TORCH_DIR}/lib/libgomp*.so*" "${MDSM_TORCH_DIR}/../nvidia/cu*/lib/libcudart.so.*"
    "${MDSM_TORCH_DIR}/../nvidia/cu*/lib/libcupti.so.*")
  install(FILES ${_mdsm_torch_libraries} DESTINATION "${_mdsm_torch_place}"
    PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
  list(PREPEND _mdsm_torch_dirs "$ORIGIN/mdsm")
endif()
set_target_properties(mdsm PROPERTIES INSTALL_RPATH "${_mdsm_torch_dirs}")
list(TRANSFORM _mdsm_torch_dirs REPLACE "^.ORIGIN/mdsm$" "$ORIGIN/../${_mdsm_torch_place}")
set_target_properties(mdsm_program PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR};${_mdsm_torch_dirs}")
set_target_properties(mdsm_program PROPERTIES EXPORT_NAME program)

# LibTorch's CUDA library is not installed: mdsm_cuda finds it where it was at build time.
foreach(_mdsm_loaded mdsm_mpi mdsm_gloo mdsm_cuda)
  if(TARGET ${_mdsm_loaded})
    set_target_properties(${_mdsm_loaded} PROPERTIES INSTALL_RPATH "$ORIGIN/..;$ORIGIN;${MDSM_TORCH_DIR}/lib")
    install(TARGETS ${_mdsm_loaded} LIBRARY DESTINATION "${_mdsm_torch_place}")
  endif()
endforeach()
install(TARGETS mdsm EXPORT mdsmTargets LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(TARGETS mdsm_program EXPORT mdsmTargets RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(EXPORT mdsmTargets NAMESPACE mdsm:: DESTINATION "${_mdsm_package}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/src/mdsm" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
  FILES_MATCHING PATTERN "*.h" PATTERN "cli" EXCLUDE PATTERN "precompiled.h" EXCLUDE PATTERN "*-inl.h" EXCLUDE)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/data/" DESTINATION "${CMAKE_INSTALL_DATADIR}/mdsm/data")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/experiments" DESTINATION "${CMAKE_INSTALL_DATADIR}/mdsm")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/mdsm")

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/mdsmConfig.cmake.in" "${PROJECT_BINARY_DIR}/mdsmConfig.cmake"
  INSTALL_DESTINATION "${_mdsm_package}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/mdsmConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/mdsmConfig.cmake" "${PROJECT_BINARY_DIR}/mdsmConfigVersion.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/LibTorch.cmake" DESTINATION "${_mdsm_package}")
