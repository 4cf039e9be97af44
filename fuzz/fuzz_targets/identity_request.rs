//! Requests, made and signed by a few wallets and installations as the bytes tell them to, allowed or not; carried to
//! another device, checked, published, folded. And requests that are the bytes themselves.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use xmtp_crypto::InstallationKey;
use xmtp_identity::{
    IdentityError, InboxState, LocalWallet, MemberIdentifier, UnverifiedRequest, UpdateRequest, VerifiedUpdate,
};
use xmtp_types::{Identifier, InboxId, InstallationId, Timestamp};

/// Every update costs signatures; more of them reach nothing new.
const UPDATES: usize = 8;

static WALLETS: LazyLock<[LocalWallet; 4]> = LazyLock::new(|| {
    [1u8, 2, 3, 4].map(|seed| LocalWallet::from_hex(&format!("{seed:02x}").repeat(32)).expect("it is a key"))
});
static INSTALLATIONS: LazyLock<[InstallationKey; 4]> =
    LazyLock::new(|| [1, 2, 3, 4].map(|seed| InstallationKey::from_seed(&[seed; 32])));

fn wallet(choice: u8) -> Identifier {
    WALLETS[usize::from(choice & 3)].address()
}

fn installation(choice: u8) -> InstallationId {
    INSTALLATIONS[usize::from(choice & 3)].id()
}

/// The update that three bytes stand for: what, by whom, to whom.
fn request(inbox: InboxId, what: u8, by: u8, whom: u8, now: Timestamp) -> Result<UpdateRequest, IdentityError> {
    match what % 7 {
        0 => UpdateRequest::create_inbox(&wallet(by), u64::from(what >> 7), Some(installation(whom)), now),
        1 => UpdateRequest::add_installation(inbox, &wallet(by), installation(whom), now),
        2 => UpdateRequest::add_identifier(inbox, installation(by), &wallet(whom), now),
        3 => {
            let installations = [installation(whom), installation(whom >> 2)];
            UpdateRequest::revoke_installations(inbox, &wallet(by), installations, now)
        }
        4 => UpdateRequest::remove_identifier(inbox, &wallet(by), &wallet(whom), now),
        5 => UpdateRequest::change_recovery(inbox, &wallet(by), &wallet(whom), now),
        _ => UpdateRequest::builder(inbox, now)
            .add_identifier(wallet(by), &wallet(whom))
            .add_installation(&wallet(whom), installation(what >> 3))
            .change_recovery(&wallet(by), &wallet(whom))
            .revoke(&wallet(whom), wallet(by))
            .finish(),
    }
}

fn signed(mut request: UpdateRequest, state: Option<&InboxState>) -> Result<VerifiedUpdate, IdentityError> {
    for signer in request.missing_signers() {
        match signer {
            MemberIdentifier::Installation(id) => {
                let key = INSTALLATIONS.iter().find(|key| key.id() == id).expect("only these are asked to sign");
                request.sign_with_installation(key)?;
            }
            other => {
                let is_asked = |wallet: &&LocalWallet| MemberIdentifier::from(wallet.address()) == other;
                let wallet = WALLETS.iter().find(is_asked).expect("only these are asked to sign");
                let signature = wallet.sign_text(request.signing_text());
                request.add_signature(signature.into())?;
            }
        }
    }
    let carried = UpdateRequest::from_bytes(&request.to_bytes());
    assert_eq!(carried.map(|carried| carried.missing_signers()), Ok(vec![]));
    let expected = request.check(state);
    let update = request.build()?.verify()?;
    let outcome = state.map_or_else(|| InboxState::fold([&update]), |state| state.apply(&update));
    assert_eq!(outcome, expected);
    Ok(update)
}

/// A request of a stranger: read, and written to the same bytes.
fn read(bytes: &[u8]) {
    let Ok(request) = UnverifiedRequest::from_bytes(bytes) else { return };
    let _ = request.contract_questions();
    if let Ok(request) = request.verify() {
        assert_eq!(request.to_bytes(), bytes);
    }
}

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    read(&[b"XMUR\x01", bytes].concat());
    let now = |step: usize| Timestamp::from_secs(1_700_000_000 + u64::try_from(step / 2).unwrap_or(0));
    let first = UpdateRequest::create_inbox(&wallet(0), 0, Some(installation(0)), now(0)).expect("it is an address");
    let inbox = *first.inbox_id();
    let mut log = vec![signed(first, None).expect("both signed")];
    let mut state = InboxState::fold(&log).expect("it is allowed");
    for (step, triple) in bytes.chunks_exact(3).take(UPDATES).enumerate() {
        let [what, by, whom] = *triple else { return };
        let update = signed(request(inbox, what, by, whom, now(step)).expect("they are addresses"), Some(&state));
        let Ok(update) = update else { continue };
        if let Ok(next) = state.apply(&update) {
            log.push(update);
            state = next;
        }
    }
    assert_eq!(InboxState::fold(&log).as_ref(), Ok(&state));
    assert_eq!(InboxState::from_bytes(&state.to_bytes()), Ok(state));
});
