//! The cryptography that the MLS library asks for, on RustCrypto and dalek.
//!
//! It serves ciphersuite 0x0003 and answers everything else with an "unsupported" error. The X-Wing key of the welcome
//! wrapper is no part of it: that layer lies outside MLS, in `welcome_wrap`.
use crate::{
    CryptoError as OwnError, InstallationKey, SIGNATURE_LENGTH, aead,
    error::exactly,
    hash,
    hpke::{KemId, ReceiverContext, SenderContext, dhkem},
    random,
    sealing::{Ahead, Sealing},
    signature,
    suite::{CIPHERSUITE, require_aead, require_hash, require_hpke, require_signature, require_suite},
    verified::Verified,
};
use openmls_traits::{
    crypto::OpenMlsCrypto,
    random::OpenMlsRand,
    types::{
        AeadType, Ciphersuite, CryptoError, ExporterSecret, HashType, HpkeCiphertext, HpkeConfig, HpkeKeyPair,
        KemOutput, SignatureScheme,
    },
};
use tls_codec::SecretVLBytes;
use xmtp_types::InstallationId;

/// The ciphersuite 0x0003 and the operating system's random generator, in the shape of the MLS library's traits.
#[derive(Debug, Default)]
pub struct MlsCrypto {
    sealing: Sealing,
    verified: Verified,
}

impl MlsCrypto {
    /// With nothing drawn or checked ahead.
    pub const fn new() -> Self {
        Self { sealing: Sealing::new(), verified: Verified::new() }
    }

    /// Checks a signature before [`verify_signature`](OpenMlsCrypto::verify_signature) is asked about it: one that holds is
    /// remembered for a while.
    ///
    /// # Errors
    /// As [`verify_plain`](crate::verify_plain).
    pub fn verify_ahead(
        &self,
        id: &InstallationId,
        message: &[u8],
        signature: &[u8; SIGNATURE_LENGTH],
    ) -> Result<(), OwnError> {
        self.verified.check(id, message, signature)
    }

    fn setup_sender(
        &self,
        recipient: &[u8],
        info: &[u8],
    ) -> Result<([u8; dhkem::KEY_LENGTH], SenderContext), CryptoError> {
        let recipient = recipient.try_into().map_err(|_| CryptoError::InvalidPublicKey)?;
        let (enc, secret) = self.sealing.encapsulate(recipient).map_err(|error| match error {
            OwnError::NoRandomness => CryptoError::InsufficientRandomness,
            _ => CryptoError::InvalidPublicKey,
        })?;
        let bound_to = self.sealing.bound_to(info);
        let sender = SenderContext::bound(&secret, &bound_to).map_err(|_| CryptoError::SenderSetupError)?;
        Ok((enc, sender))
    }

    /// Draws a shared secret for the holder of each of these keys, on all cores, before anything is sealed to them one
    /// after the other. Each is used once, by the next [`hpke_seal`](OpenMlsCrypto::hpke_seal) to its key; those that are
    /// not are wiped with the guard. What is no key is passed over: sealing to it will fail.
    pub fn encapsulate_ahead<'k>(&self, recipients: impl IntoIterator<Item = &'k [u8]>) -> Ahead<'_> {
        let keys: Vec<_> = recipients.into_iter().filter_map(|key| key.try_into().ok()).collect();
        self.sealing.encapsulate_ahead(&keys)
    }
}

impl OpenMlsRand for MlsCrypto {
    type Error = OwnError;

    fn random_array<const N: usize>(&self) -> Result<[u8; N], Self::Error> {
        random::array()
    }

    fn random_vec(&self, len: usize) -> Result<Vec<u8>, Self::Error> {
        let mut bytes = vec![0; len];
        random::fill(&mut bytes)?;
        Ok(bytes)
    }
}

impl OpenMlsCrypto for MlsCrypto {
    fn supports(&self, ciphersuite: Ciphersuite) -> Result<(), CryptoError> {
        require_suite(ciphersuite)
    }

    fn supported_ciphersuites(&self) -> Vec<Ciphersuite> {
        vec![CIPHERSUITE]
    }

    fn hkdf_extract(&self, hash_type: HashType, salt: &[u8], ikm: &[u8]) -> Result<SecretVLBytes, CryptoError> {
        require_hash(hash_type)?;
        Ok(hash::hkdf_extract(salt, &[ikm]).as_slice().into())
    }

    fn hmac(&self, hash_type: HashType, key: &[u8], message: &[u8]) -> Result<SecretVLBytes, CryptoError> {
        require_hash(hash_type)?;
        Ok(hash::hmac_sha256(key, message).as_slice().into())
    }

    fn hkdf_expand(
        &self,
        hash_type: HashType,
        prk: &[u8],
        info: &[u8],
        okm_len: usize,
    ) -> Result<SecretVLBytes, CryptoError> {
        require_hash(hash_type)?;
        if okm_len > 255 * hash::DIGEST_LENGTH {
            return Err(CryptoError::HkdfOutputLengthInvalid);
        }
        let mut okm = vec![0; okm_len];
        hash::hkdf_expand(prk, &[info], &mut okm).map_err(|_| CryptoError::InvalidLength)?;
        Ok(okm.into())
    }

    fn hash(&self, hash_type: HashType, data: &[u8]) -> Result<Vec<u8>, CryptoError> {
        require_hash(hash_type)?;
        Ok(hash::sha256(data).to_vec())
    }

    fn aead_encrypt(
        &self,
        alg: AeadType,
        key: &[u8],
        data: &[u8],
        nonce: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        require_aead(alg)?;
        let cipher = aead::cipher(length(key)?);
        aead::seal(&cipher, length(nonce)?, aad, data).map_err(|_| CryptoError::TooMuchData)
    }

    fn aead_decrypt(
        &self,
        alg: AeadType,
        key: &[u8],
        ct_tag: &[u8],
        nonce: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        require_aead(alg)?;
        let cipher = aead::cipher(length(key)?);
        aead::open(&cipher, length(nonce)?, aad, ct_tag).map_err(|_| CryptoError::AeadDecryptionError)
    }

    fn signature_key_gen(&self, alg: SignatureScheme) -> Result<(Vec<u8>, Vec<u8>), CryptoError> {
        require_signature(alg)?;
        let key = InstallationKey::generate().map_err(|_| CryptoError::InsufficientRandomness)?;
        Ok((key.seed().to_vec(), key.id().as_bytes().to_vec()))
    }

    fn verify_signature(
        &self,
        alg: SignatureScheme,
        data: &[u8],
        pk: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        require_signature(alg)?;
        let id = InstallationId::try_from(pk).map_err(|_| CryptoError::InvalidPublicKey)?;
        if self.verified.holds(&id, data, signature) {
            return Ok(());
        }
        signature::verify_plain(&id, data, signature).map_err(|error| match error {
            OwnError::InvalidKey(_) => CryptoError::InvalidPublicKey,
            _ => CryptoError::InvalidSignature,
        })
    }

    fn sign(&self, alg: SignatureScheme, data: &[u8], key: &[u8]) -> Result<Vec<u8>, CryptoError> {
        require_signature(alg)?;
        Ok(InstallationKey::from_seed(length(key)?).sign_plain(data).to_vec())
    }

    fn hpke_seal(
        &self,
        config: HpkeConfig,
        pk_r: &[u8],
        info: &[u8],
        aad: &[u8],
        ptxt: &[u8],
    ) -> Result<HpkeCiphertext, CryptoError> {
        require_hpke(&config)?;
        let (enc, mut sender) = self.setup_sender(pk_r, info)?;
        let ciphertext = sender.seal(aad, ptxt).map_err(|_| CryptoError::HpkeEncryptionError)?;
        Ok(HpkeCiphertext { kem_output: enc.to_vec().into(), ciphertext: ciphertext.into() })
    }

    fn hpke_open(
        &self,
        config: HpkeConfig,
        input: &HpkeCiphertext,
        sk_r: &[u8],
        info: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        require_hpke(&config)?;
        setup_receiver(input.kem_output.as_slice(), sk_r, info)
            .and_then(|mut receiver| receiver.open(aad, input.ciphertext.as_slice()))
            .map_err(|_| CryptoError::HpkeDecryptionError)
    }

    fn hpke_setup_sender_and_export(
        &self,
        config: HpkeConfig,
        pk_r: &[u8],
        info: &[u8],
        exporter_context: &[u8],
        exporter_length: usize,
    ) -> Result<(KemOutput, ExporterSecret), CryptoError> {
        require_hpke(&config)?;
        let (enc, sender) = self.setup_sender(pk_r, info)?;
        let mut secret = sender.export(exporter_context, exporter_length).map_err(|_| CryptoError::ExporterError)?;
        Ok((enc.to_vec(), std::mem::take(&mut *secret).into()))
    }

    fn hpke_setup_receiver_and_export(
        &self,
        config: HpkeConfig,
        enc: &[u8],
        sk_r: &[u8],
        info: &[u8],
        exporter_context: &[u8],
        exporter_length: usize,
    ) -> Result<ExporterSecret, CryptoError> {
        require_hpke(&config)?;
        let receiver = setup_receiver(enc, sk_r, info).map_err(|_| CryptoError::ReceiverSetupError)?;
        let mut secret = receiver.export(exporter_context, exporter_length).map_err(|_| CryptoError::ExporterError)?;
        Ok(std::mem::take(&mut *secret).into())
    }

    fn derive_hpke_keypair(&self, config: HpkeConfig, ikm: &[u8]) -> Result<HpkeKeyPair, CryptoError> {
        require_hpke(&config)?;
        let pair = dhkem::derive_key_pair(ikm).map_err(|_| CryptoError::CryptoLibraryError)?;
        Ok(HpkeKeyPair { private: pair.secret.as_slice().into(), public: pair.public.to_vec() })
    }
}

fn length<const N: usize>(bytes: &[u8]) -> Result<&[u8; N], CryptoError> {
    bytes.try_into().map_err(|_| CryptoError::InvalidLength)
}

fn setup_receiver(enc: &[u8], secret: &[u8], info: &[u8]) -> Result<ReceiverContext, OwnError> {
    let shared = dhkem::decapsulate(exactly("encapsulated key", enc)?, exactly("HPKE private key", secret)?)?;
    ReceiverContext::new(KemId::DHKEM_X25519, &shared, info)
}
