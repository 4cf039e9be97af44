//! `xmtp-crypto`: the primitives that the cost of everything above is made of, and the wrapping of welcomes.
use crate::Operation;
use anyhow::Result;
use std::hint::black_box;
use xmtp_crypto::{
    InstallationKey,
    attachment::AttachmentKeys,
    hash,
    hpke::dhkem,
    verify_plain,
    welcome_pointer::PointeeKeys,
    welcome_wrap::{WelcomePublicKey, WelcomeSecretKey, open_welcome, seal_welcome},
    xwing::XWingSecretKey,
};
use zeroize::Zeroizing;

const LAYER: &str = "crypto";
/// About a commit's worth of bytes to sign, and a welcome's worth to seal.
const MESSAGE: [u8; 300] = [5; 300];
const KILOBYTE: [u8; 1024] = [6; 1024];

/// What is measured.
///
/// # Errors
/// If one of them cannot be prepared.
pub fn operations() -> Result<Vec<Operation>> {
    let mut all = signatures();
    all.extend(key_agreement()?);
    all.extend(symmetric()?);
    all.extend(welcomes()?);
    Ok(all)
}

fn signatures() -> Vec<Operation> {
    let key = InstallationKey::from_seed(&[1; 32]);
    let (id, signature) = (key.id(), key.sign_plain(&MESSAGE));
    vec![
        Operation::new(LAYER, "Ed25519 signature made", move || {
            black_box(key.sign_plain(black_box(&MESSAGE)));
            Ok(())
        }),
        Operation::new(LAYER, "Ed25519 signature checked", move || {
            Ok(verify_plain(black_box(&id), black_box(&MESSAGE), &signature)?)
        }),
    ]
}

fn key_agreement() -> Result<Vec<Operation>> {
    let secret = [2; 32];
    let public = dhkem::public_key(&secret);
    let (enc, _) = dhkem::encapsulate_with(&public, &[3; 32])?;
    let xwing = XWingSecretKey::from_seed(&[4; 32]);
    let xwing_public = xwing.public_key();
    let (xwing_enc, _) = xwing_public.encapsulate_with(&[5; 64]);
    Ok(vec![
        Operation::new(LAYER, "X25519 key made", move || {
            black_box(dhkem::public_key(black_box(&secret)));
            Ok(())
        }),
        Operation::new(LAYER, "HPKE key sealed", move || {
            black_box(dhkem::encapsulate_with(black_box(&public), &[3; 32])?);
            Ok(())
        }),
        Operation::new(LAYER, "HPKE key opened", move || {
            black_box(dhkem::decapsulate(black_box(&enc), &secret)?);
            Ok(())
        }),
        Operation::new(LAYER, "X-Wing key made", move || {
            black_box(XWingSecretKey::from_seed(black_box(&[4; 32])).public_key());
            Ok(())
        }),
        Operation::new(LAYER, "X-Wing key sealed", move || {
            black_box(xwing_public.encapsulate_with(black_box(&[5; 64])));
            Ok(())
        }),
        Operation::new(LAYER, "X-Wing key opened", move || {
            black_box(xwing.decapsulate(black_box(&xwing_enc))?);
            Ok(())
        }),
    ])
}

fn symmetric() -> Result<Vec<Operation>> {
    let pointee = || PointeeKeys::from_slices(&[7; 32], &[8; 32], &[9; 12], &[10; 12]);
    let (keys, again) = (pointee()?, pointee()?);
    let sealed = keys.seal(&KILOBYTE, &[])?;
    let files = AttachmentKeys::from_slices(&[11; 32], &[12; 32], &[13; 12])?;
    Ok(vec![
        Operation::new(LAYER, "SHA-256 of a kilobyte", || {
            black_box(hash::sha256(black_box(&KILOBYTE)));
            Ok(())
        }),
        Operation::new(LAYER, "HMAC of 300 bytes", || {
            black_box(hash::hmac_sha256(&[1; 32], black_box(&MESSAGE)));
            Ok(())
        }),
        Operation::new(LAYER, "HKDF extracted", || {
            black_box(hash::hkdf_extract(&[1; 32], &[black_box(&[2; 32])]));
            Ok(())
        }),
        Operation::new(LAYER, "HKDF expanded", || {
            let mut okm = [0; 32];
            hash::hkdf_expand(black_box(&[1; 32]), &[b"label"], &mut okm)?;
            black_box(okm);
            Ok(())
        }),
        Operation::new(LAYER, "ChaCha20-Poly1305 kilobyte sealed", move || {
            black_box(keys.seal(black_box(&KILOBYTE), &[])?);
            Ok(())
        }),
        Operation::new(LAYER, "ChaCha20-Poly1305 kilobyte opened", move || {
            black_box(again.open(black_box(&sealed.data), &sealed.metadata)?);
            Ok(())
        }),
        Operation::new(LAYER, "AES-256-GCM kilobyte sealed", move || {
            black_box(files.seal(black_box(&KILOBYTE))?);
            Ok(())
        }),
    ])
}

fn welcomes() -> Result<Vec<Operation>> {
    let mut all = Vec::new();
    let keys = [
        ("X25519", WelcomeSecretKey::Curve25519(Zeroizing::new([14; 32]))),
        ("X-Wing", WelcomeSecretKey::XWing(XWingSecretKey::from_seed(&[15; 32]))),
    ];
    for (kind, secret) in keys {
        let public: WelcomePublicKey = secret.public_key();
        let sealed = seal_welcome(&public, &KILOBYTE, &[1; 32])?;
        all.push(Operation::new(LAYER, format!("welcome wrapped, {kind}"), move || {
            black_box(seal_welcome(black_box(&public), &KILOBYTE, &[1; 32])?);
            Ok(())
        }));
        all.push(Operation::new(LAYER, format!("welcome unwrapped, {kind}"), move || {
            black_box(open_welcome(black_box(&secret), &sealed.data, &sealed.metadata)?);
            Ok(())
        }));
    }
    Ok(all)
}
