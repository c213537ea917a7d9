# Runs in cpack between installing and packing: what Debian wants of every package beside what `make install` installs.
set(epoch $ENV{SOURCE_DATE_EPOCH})
if(NOT epoch)
  execute_process(COMMAND git -C ${CPACK_DM_SOURCE} log -1 --format=%ct OUTPUT_VARIABLE epoch OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
endif()
execute_process(COMMAND date -u -R -d @${epoch} OUTPUT_VARIABLE date OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
set(shared ${CPACK_TEMPORARY_DIRECTORY}/commands/usr/share)
file(RENAME ${shared}/doc/dmkit/LICENSE ${shared}/doc/dmkit/copyright)
file(RENAME ${shared}/doc/dmkit/CHANGELOG.md ${shared}/doc/dmkit/changelog)
file(COPY ${shared}/doc/dmkit/copyright DESTINATION ${CPACK_TEMPORARY_DIRECTORY}/library/usr/share/doc/libdmkit-dev)
foreach(doc ${shared}/doc/dmkit ${CPACK_TEMPORARY_DIRECTORY}/library/usr/share/doc/libdmkit-dev)
  file(WRITE ${doc}/changelog.Debian "dmkit (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium

  * Packaged from the sources of this version.

 -- ${CPACK_PACKAGE_CONTACT}  ${date}
")
endforeach()
file(GLOB_RECURSE plain ${shared}/man/*.1 ${CPACK_TEMPORARY_DIRECTORY}/*/changelog ${CPACK_TEMPORARY_DIRECTORY}/*/changelog.Debian)
execute_process(COMMAND gzip -9n ${plain} COMMAND_ERROR_IS_FATAL ANY)
