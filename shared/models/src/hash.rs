//! Hashes by which equal contents are known.

use sha2::{Digest, Sha256};

/// The first `bytes` bytes (32 are all) of the SHA-256 of `content`, as lower-case hex.
pub(crate) fn hex(content: &[u8], bytes: usize) -> String {
    let digest = Sha256::digest(content);
    let digits = digest.iter().take(bytes);
    digits.map(|byte| format!("{byte:02x}")).collect()
}
