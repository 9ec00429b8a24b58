# Puts files into a library: mdsm_embed(TARGET NAME FILE) defines `const std::string_view mdsm::assets::NAME`, the
# bytes of FILE, in generated code. The same file is the script that writes this code at build time (cmake -P).
if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  file(READ "${FILE}" _bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," _bytes "${_bytes}")
  string(REGEX REPLACE "((0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,)(0x..,))" "\\1\n" _bytes "${_bytes}")
  file(WRITE "${OUTPUT}" "#include <string_view>

namespace {

constexpr unsigned char kBytes[] = {
${_bytes}};

}  // namespace

namespace mdsm::assets {

extern const std::string_view ${NAME};
const std::string_view ${NAME}(reinterpret_cast<const char*>(kBytes), sizeof(kBytes));

}  // namespace mdsm::assets
")
  return()
endif()

set(MDSM_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")

function(mdsm_embed target name file)
  set(_output "${PROJECT_BINARY_DIR}/generated/assets/${name}.cc")
  add_custom_command(OUTPUT "${_output}"
    COMMAND ${CMAKE_COMMAND} "-DFILE=${file}" "-DNAME=${name}" "-DOUTPUT=${_output}" -P "${MDSM_EMBED_SCRIPT}"
    DEPENDS "${file}" "${MDSM_EMBED_SCRIPT}" VERBATIM)
  set_source_files_properties("${_output}" PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  target_sources(${target} PRIVATE "${_output}")
endfunction()
