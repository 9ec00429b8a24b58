# mdsm_warnings(TARGET): warnings are errors in our own code; third-party headers come in as system headers.
function(mdsm_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
endfunction()
