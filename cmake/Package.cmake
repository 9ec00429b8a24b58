# `cmake --install`: library, program, headers, data, and a CMake package for find_package(mdsm).
include(CMakePackageConfigHelpers)

set(_mdsm_package "${CMAKE_INSTALL_LIBDIR}/cmake/mdsm")

# The installed library and program find LibTorch where it was at build time.
file(GLOB _mdsm_torch_dirs LIST_DIRECTORIES true "${MDSM_TORCH_DIR}/lib" "${MDSM_TORCH_DIR}/../nvidia/cu*/lib")
set_target_properties(mdsm PROPERTIES INSTALL_RPATH "${_mdsm_torch_dirs}")
set_target_properties(mdsm_program PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR};${_mdsm_torch_dirs}")
set_target_properties(mdsm_program PROPERTIES EXPORT_NAME program)

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
