{
  # node-gyp and prebuildify. The sources are whatever stands below native/ (the addon) and
  # bench/load/ (the load generator); CMakeLists.txt takes the same two trees.
  'variables': { 'werror%': 0 },
  'target_defaults': {
    'cflags_cc': ['-std=c++17', '-O2', '-Wall', '-Wextra', '-Wno-cast-function-type', '-fvisibility=hidden'],
    'cflags_cc!': ['-std=gnu++17', '-std=gnu++20', '-O3', '-Wno-unused-parameter'],
    'cflags!': ['-Wno-unused-parameter', '-O3'],
    'ldflags': ['-static-libstdc++', '-static-libgcc', '-Wl,--gc-sections,--exclude-libs,ALL', '-Wl,-z,now,-z,relro', '-Wl,-z,nodelete'],
    'conditions': [['werror==1', { 'cflags_cc': ['-Werror'] }]],
  },
  'targets': [
    {
      'target_name': 'edgeloop',
      'sources': ['<!@(find native -name "*.cc" | sort)'],
      'include_dirs': ['native', '<!(node -p "require(\'node-addon-api\').include_dir")'],
      'cflags_cc': ['-fno-exceptions', '-fno-rtti', '-ffunction-sections'],
      'defines': ['NAPI_VERSION=8', 'NODE_ADDON_API_DISABLE_CPP_EXCEPTIONS', 'NODE_ADDON_API_DISABLE_DEPRECATED', 'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS', '_GNU_SOURCE', '_FILE_OFFSET_BITS=64'],
    },
  ],
}
