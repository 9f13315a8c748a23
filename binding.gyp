{
  # node-gyp and prebuildify. The sources are whatever stands below native/ (the addon), bench/load/
  # (the load generator), bench/floor/ (the C++ reference server) and bench/ring/ itself; CMakeLists.txt
  # takes the same.
  'variables': { 'werror%': 0, 'zig%': 0 },
  'target_defaults': {
    'cflags_cc': ['-std=c++17', '-O2', '-Wall', '-Wextra', '-Wno-cast-function-type', '-fvisibility=hidden'],
    'cflags_cc!': ['-std=gnu++17', '-std=gnu++20', '-O3', '-Wno-unused-parameter'],
    'cflags!': ['-Wno-unused-parameter', '-O3'],
    'ldflags': ['-static-libstdc++', '-static-libgcc', '-Wl,--gc-sections', '-Wl,-z,now,-z,relro', '-Wl,-z,nodelete'],
    'conditions': [
      ['werror==1', { 'cflags_cc': ['-Werror'] }],
      # Zig (scripts/prebuild.mjs) has no such option, and needs none: its C++ library is hidden as it is.
      ['zig==0', { 'ldflags': ['-Wl,--exclude-libs,ALL'] }],
    ],
  },
  'targets': [
    {
      'target_name': 'edgeloop',
      'sources': ['<!@(find native -name "*.cc" | sort)'],
      'include_dirs': ['native', '<!(node -p "require(\'node-addon-api\').include_dir")'],
      'cflags_cc': ['-fno-exceptions', '-fno-rtti', '-ffunction-sections'],
      'defines': ['NAPI_VERSION=8', 'NODE_ADDON_API_DISABLE_CPP_EXCEPTIONS', 'NODE_ADDON_API_DISABLE_DEPRECATED', 'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS', '_GNU_SOURCE', '_FILE_OFFSET_BITS=64'],
    },
    {
      'target_name': 'edgeloop-load',
      'type': 'executable',
      'sources': ['<!@(find bench/load -name "*.cc" | sort)'],
      'cflags_cc': ['-fno-exceptions', '-fno-rtti', '-ffunction-sections'],
    },
    {
      'target_name': 'edgeloop-floor',
      'type': 'executable',
      'sources': ['<!@(find bench/floor bench/ring -maxdepth 1 -name "*.cc" | sort)'],
      'cflags_cc': ['-fno-exceptions', '-fno-rtti', '-ffunction-sections'],
    },
  ],
}
