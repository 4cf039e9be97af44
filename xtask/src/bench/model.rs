//! The model of cost: an operation is its primitives, one durable write, and what is ours.
use std::fmt::Write;

use super::estimates::Estimates;
use crate::instructions::{Counts, Dump};

/// What one call into the cryptography costs, by the operation that measures it alone. Hashes and seals are taken for a
/// kilobyte, so what is ours is rather too small than too large.
const PRIMITIVES: [(&str, &str); 16] = [
    ("aead_decrypt", "crypto/ChaCha20-Poly1305 kilobyte opened"),
    ("aead_encrypt", "crypto/ChaCha20-Poly1305 kilobyte sealed"),
    ("derive_hpke_keypair", "crypto/X25519 key made"),
    ("hash", "crypto/SHA-256 of a kilobyte"),
    ("hkdf_expand", "crypto/HKDF expanded"),
    ("hkdf_extract", "crypto/HKDF extracted"),
    ("hmac", "crypto/HMAC of 300 bytes"),
    ("hpke_open", "crypto/HPKE key opened"),
    ("hpke_seal", "crypto/HPKE key sealed"),
    ("open_welcome", "crypto/welcome unwrapped, X-Wing"),
    ("public_key", "crypto/X25519 key made"),
    ("seal_welcome", "crypto/welcome wrapped, X-Wing"),
    ("sha256", "crypto/SHA-256 of a kilobyte"),
    ("sign", "crypto/Ed25519 signature made"),
    ("sign_plain", "crypto/Ed25519 signature made"),
    ("verify_signature", "crypto/Ed25519 signature checked"),
];
const DURABLE_WRITE: &str = "storage/1 messages kept in a durable transaction";
const MEMORY: &str = "mls/";
const DISK: &str = "mls over SQLCipher/";

/// The table of all operations of groups that were both counted and timed. Times are in microseconds.
pub(crate) fn table(counts: &Counts, estimates: &Estimates) -> String {
    let mut table =
        "| operation | primitives | in memory | of it ours | in SQLCipher | a durable write | of it ours |\n\
                     |---|---:|---:|---:|---:|---:|---:|\n"
            .to_owned();
    let write = estimates.of(DURABLE_WRITE);
    for (name, dump) in &counts.operations {
        let Some(what) = name.strip_prefix(MEMORY) else { continue };
        let primitives = primitives(dump, estimates);
        let (memory, disk) = (estimates.of(name), estimates.of(&format!("{DISK}{what}")));
        let ours = memory.map(|time| time - primitives);
        let ours_on_disk = disk.zip(write).map(|(time, write)| time - primitives - write);
        let figures = [Some(primitives), memory, ours, disk, write, ours_on_disk].map(microseconds);
        let _infallible = writeln!(table, "| {what} | {} |", figures.join(" | "));
    }
    table
}

/// What the calls into the cryptography would cost by themselves, in nanoseconds.
fn primitives(dump: &Dump, estimates: &Estimates) -> f64 {
    let cost = |(name, (calls, _)): (&String, &(u64, u64))| {
        let (_, measured) = PRIMITIVES.iter().find(|(primitive, _)| primitive == name)?;
        Some(estimates.of(measured)? * *calls as f64)
    };
    dump.primitives.iter().filter_map(cost).sum()
}

fn microseconds(nanoseconds: Option<f64>) -> String {
    nanoseconds.map_or_else(|| "-".to_owned(), |time| format!("{:.1}", time / 1000.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_neither_a_primitive_nor_the_durable_write_is_ours() {
        let primitives = [("sign".to_owned(), (1, 0)), ("hash".to_owned(), (2, 0)), ("unknown".to_owned(), (9, 0))];
        let dump = Dump { total: 0, primitives: primitives.into_iter().collect() };
        let operations = vec![("crypto/x".to_owned(), Dump::default()), ("mls/message sent".to_owned(), dump)];
        let counts = Counts { rustc: String::new(), machine: String::new(), operations };
        let estimates = Estimates::given(&[
            ("crypto/Ed25519 signature made", 20_000.0),
            ("crypto/SHA-256 of a kilobyte", 1_000.0),
            ("storage/1 messages kept in a durable transaction", 400_000.0),
            ("mls/message sent", 60_000.0),
            ("mls over SQLCipher/message sent", 700_000.0),
        ]);
        let table = table(&counts, &estimates);
        assert_eq!(table.lines().count(), 3);
        assert!(table.ends_with("| message sent | 22.0 | 60.0 | 38.0 | 700.0 | 400.0 | 278.0 |\n"), "{table}");
    }
}
