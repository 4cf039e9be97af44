//! The XMTP ciphersuite on RustCrypto: signatures, HPKE, X-Wing and welcome wrapping.
