# What `make install` installs, and the packages that hold the same: the component `commands` is all that a user of the shell needs, `library` is for
# programs of one's own.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS ${commands} COMPONENT commands)
install(DIRECTORY ${CMAKE_BINARY_DIR}/share/ DESTINATION ${CMAKE_INSTALL_DATADIR} COMPONENT commands)
install(DIRECTORY schemas DESTINATION ${CMAKE_INSTALL_DATADIR}/dmkit COMPONENT commands)
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT commands USE_SOURCE_PERMISSIONS PATTERN out EXCLUDE)
install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT commands)

# All layers in one archive. The linker keeps one copy of what headers define inline, perhaps the program's: it must not contract either.
foreach(layer ${below})
  list(APPEND objects $<TARGET_OBJECTS:${layer}>)
endforeach()
add_library(dmkit STATIC ${objects})
pkg_check_modules(DMKIT REQUIRED IMPORTED_TARGET hdf5-serial cairo libpng)
target_compile_features(dmkit INTERFACE cxx_std_20)
target_compile_options(dmkit INTERFACE -ffp-contract=off)
target_link_libraries(dmkit INTERFACE PkgConfig::DMKIT OpenSSL::Crypto Threads::Threads)

set(headers ${CMAKE_INSTALL_INCLUDEDIR}/dmkit)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/dmkit)
install(TARGETS dmkit EXPORT dmkit COMPONENT library INCLUDES DESTINATION ${headers})
install(DIRECTORY lib/ DESTINATION ${headers} COMPONENT library FILES_MATCHING PATTERN *.h)
install(EXPORT dmkit NAMESPACE dmkit:: FILE dmkitTargets.cmake DESTINATION ${package} COMPONENT library)
configure_package_config_file(cmake/dmkitConfig.cmake.in ${CMAKE_BINARY_DIR}/generated/dmkitConfig.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/generated/dmkitConfigVersion.cmake COMPATIBILITY SameMinorVersion)
file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" up ${up})
configure_file(cmake/dmkit.pc.in ${CMAKE_BINARY_DIR}/generated/dmkit.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/generated/dmkitConfig.cmake ${CMAKE_BINARY_DIR}/generated/dmkitConfigVersion.cmake DESTINATION ${package} COMPONENT library)
install(FILES ${CMAKE_BINARY_DIR}/generated/dmkit.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)

# Debian packages (make deb): dmkit, the commands, and libdmkit-dev, the library.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME dmkit)
set(CPACK_PACKAGE_CONTACT "dmkit authors <maintainers@dmkit.invalid>")  # where there is a mailbox: cpack -D CPACK_PACKAGE_CONTACT=...
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_COMPONENTS_ALL commands library)
set(CPACK_COMPONENT_COMMANDS_DESCRIPTION "Small programs make or import data, noise them, learn them, sample, measure and
draw: diffusion models, Schroedinger bridges, flow matching, optimal transport.
They exchange HDF5 datasets and JSON run specs, on CPUs and without Python.
.
The same input and seed give the same bytes for any number of threads. A
processor of the level ${DM_MARCH} is needed.")
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION "The static library behind the commands of dmkit, its headers, a CMake package
and a pkg-config file.")
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1~0)  # sorts before a first package of Debian's own
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_COMMANDS_PACKAGE_NAME dmkit)
set(CPACK_DEBIAN_COMMANDS_PACKAGE_SECTION science)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libdmkit-dev)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_DEPENDS "libhdf5-dev, libcairo2-dev, libpng-dev, libssl-dev")
set(CPACK_DM_SOURCE ${PROJECT_SOURCE_DIR})
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/debian.cmake)
include(CPack)
