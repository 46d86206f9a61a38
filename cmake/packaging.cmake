# `make package`: one Debian package with daemon, unit, sample configuration, start scripts, manual pages, completion.
# Who owns what when it is installed: docs/SYSTEMD.md. Generated pages come from the binary itself.
include(GNUInstallDirs)
set(package_staging ${CMAKE_BINARY_DIR}/package)
set(doc ${CMAKE_INSTALL_DATADIR}/doc/pilotlight)

install(TARGETS pilotlight RUNTIME DESTINATION bin)
install(PROGRAMS packaging/launch-master DESTINATION lib/pilotlight)
install(PROGRAMS packaging/sbin/start-master.sh packaging/sbin/stop-master.sh packaging/sbin/pilotlight-daemon.sh
        DESTINATION share/pilotlight/sbin)
install(FILES packaging/sbin/pilotlight-env.sh DESTINATION share/pilotlight/sbin)
# Units lie below / on Debian 12, whatever the prefix.
install(FILES conf/systemd/pilotlight-master.service DESTINATION /lib/systemd/system)
install(CODE "file(MAKE_DIRECTORY \"\$ENV{DESTDIR}/lib/systemd/system\")
  file(CREATE_LINK pilotlight-master.service \"\$ENV{DESTDIR}/lib/systemd/system/spark-master.service\" SYMBOLIC)")
install(FILES conf/pilotlight.yaml DESTINATION /etc/pilotlight)
install(FILES packaging/default DESTINATION /etc/default RENAME pilotlight)
install(FILES conf/ha.conf DESTINATION ${doc}/examples)
install(FILES docs/SYSTEMD.md docs/CONFIGURATION.md docs/OPERATING.md docs/CLI.md DESTINATION ${doc})
install(FILES packaging/debian/copyright DESTINATION ${doc})
install(FILES packaging/debian/lintian-overrides DESTINATION share/lintian/overrides RENAME pilotlight)
# changelog.gz, manual pages and completions, made by tools/package before cpack runs.
install(DIRECTORY ${package_staging}/ DESTINATION share OPTIONAL)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME pilotlight)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "Pilotlight maintainers <maintainers@pilotlight.example>")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_SOURCE_DIR}/build)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
                                                WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, init-system-helpers (>= 1.54~), procps")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "master of an Apache Spark standalone cluster
Pilotlight takes the place of Spark's own Master. Unmodified Spark workers,
drivers and spark-submit, of every release from 3.3 to 4.3, connect to
spark://host:7077 as they always did. Several masters elect a leader on
ZooKeeper; a leader that dies is replaced within milliseconds and running
jobs do not notice. There is no JVM in it.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    "${CMAKE_SOURCE_DIR}/packaging/debian/postinst;${CMAKE_SOURCE_DIR}/packaging/debian/prerm;${CMAKE_SOURCE_DIR}/packaging/debian/postrm;${CMAKE_SOURCE_DIR}/packaging/debian/conffiles")
include(CPack)
