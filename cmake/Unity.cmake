# mdsm_unity(TARGET SOURCE...): with MDSM_UNITY, files that define no name twice are compiled as one. Nearly all of a file's time
# goes into LibTorch's headers, so a fresh build takes a fraction of the time; a change of one file then compiles its group.
find_package(Python3 REQUIRED COMPONENTS Interpreter)

function(mdsm_unity target)
  if(NOT MDSM_UNITY)
    return()
  endif()
  execute_process(COMMAND "${Python3_EXECUTABLE}" -B "${PROJECT_SOURCE_DIR}/tools/unity.py" ${ARGN}
    OUTPUT_VARIABLE _groups OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  string(REPLACE "\n" ";" _groups "${_groups}")
  set(_number 0)
  foreach(_group IN LISTS _groups)
    math(EXPR _number "${_number} + 1")
    string(REPLACE " " ";" _files "${_group}")
    set_source_files_properties(${_files} PROPERTIES UNITY_GROUP "${_number}")
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
endfunction()
