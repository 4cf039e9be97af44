use crate::{downloader_for, server::Server};
use std::{fs, path::Path, time::Duration};
use xmtp_agent::attachments::{AttachmentError, DownloadLimits, Downloader, SealedFile};
use xmtp_content_types::{Attachment, Content, ContentError, RemoteAttachment};
use xmtp_crypto::{CryptoError, attachment::AttachmentKeys};

fn note() -> Attachment {
    Attachment::new("note.txt", "text/plain", "do not tell anybody")
}

/// A note that the server has, and the message about it.
async fn on_server(server: &Server) -> RemoteAttachment {
    let sealed = SealedFile::seal(&note()).unwrap();
    server.files.put("/files/note", sealed.bytes().await.unwrap());
    sealed.at(server.url("/files/note"))
}

fn at(remote: &RemoteAttachment, url: impl Into<String>) -> RemoteAttachment {
    RemoteAttachment { url: url.into(), ..remote.clone() }
}

/// The same refusal in memory and into a folder, where nothing remains.
async fn refusal(downloader: &Downloader, remote: &RemoteAttachment) -> AttachmentError {
    let folder = tempfile::tempdir().unwrap();
    let (in_memory, in_folder) = (
        downloader.download(remote).await.unwrap_err(),
        downloader.download_to(remote, folder.path()).await.unwrap_err(),
    );
    assert_eq!(in_memory.to_string(), in_folder.to_string());
    assert_eq!(files_in(folder.path()), Vec::<String>::new());
    in_memory
}

fn files_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn what_is_too_large_is_refused_by_what_is_announced_by_what_is_answered_and_by_what_comes() {
    let server = Server::start().await;
    let remote = on_server(&server).await;
    let limits =
        DownloadLimits { max_bytes: 100, allowed_hosts: vec![server.host.clone()], ..DownloadLimits::default() };
    let downloader = Downloader::with_limits(limits).unwrap();
    let silent = RemoteAttachment { content_length: None, ..remote.clone() };
    // Nobody is asked for what is too large by its own account: nobody is there.
    for case in [at(&remote, "https://127.0.0.1:1/"), silent.clone(), at(&silent, server.url("/endless"))] {
        assert!(matches!(refusal(&downloader, &case).await, AttachmentError::TooLarge { limit: 100 }));
    }
    assert_eq!(downloader_for(&[&server.host]).download(&silent).await.unwrap(), note());
}

#[tokio::test]
async fn a_file_that_was_swapped_or_cut_is_refused() {
    let server = Server::start().await;
    let remote = on_server(&server).await;
    let downloader = downloader_for(&[&server.host]);
    let half = refusal(&downloader, &at(&remote, server.url("/half/note"))).await;
    assert!(matches!(half, AttachmentError::Connection(_)) && half.is_retryable(), "{half:?}");

    server.files.put("/files/swapped", SealedFile::seal(&note()).unwrap().bytes().await.unwrap());
    let swapped = refusal(&downloader, &at(&remote, server.url("/files/swapped"))).await;
    assert!(matches!(swapped, AttachmentError::Crypto(CryptoError::DigestMismatch)));

    // A digest anybody can announce; the tag only whoever has the keys can make.
    let forged = RemoteAttachment { secret: [7; 32].into(), ..remote };
    let forged = refusal(&downloader, &forged).await;
    assert!(matches!(forged, AttachmentError::Crypto(CryptoError::DecryptionFailed)));
}

#[tokio::test]
async fn a_server_that_has_no_such_file_or_says_nothing_is_told() {
    let server = Server::start().await;
    let remote = on_server(&server).await;
    let missing = refusal(&downloader_for(&[&server.host]), &at(&remote, server.url("/files/none"))).await;
    assert!(matches!(missing, AttachmentError::Status(404)) && !missing.is_retryable());

    let limits = DownloadLimits {
        timeout: Duration::from_millis(50),
        allowed_hosts: vec![server.host.clone()],
        ..DownloadLimits::default()
    };
    let silent = refusal(&Downloader::with_limits(limits).unwrap(), &at(&remote, server.url("/silent"))).await;
    assert!(matches!(silent, AttachmentError::TimedOut) && silent.is_retryable());
}

#[tokio::test]
async fn plain_http_private_addresses_and_names_that_lead_there_are_refused_by_default() {
    let server = Server::start().await;
    let remote = on_server(&server).await;
    let strict = Downloader::new().unwrap();
    assert!(matches!(refusal(&strict, &remote).await, AttachmentError::NotHttps));
    let port = server.host.rsplit(':').next().unwrap();
    for host in ["127.0.0.1", "[::1]", "localhost"] {
        let refused = refusal(&strict, &at(&remote, format!("https://{host}:{port}/files/note"))).await;
        assert!(matches!(refused, AttachmentError::PrivateAddress), "{host}: {refused:?}");
    }
    assert!(matches!(refusal(&strict, &at(&remote, "no url")).await, AttachmentError::NoUrl));

    let http = DownloadLimits { allow_http: true, ..DownloadLimits::default() };
    let refused = refusal(&Downloader::with_limits(http).unwrap(), &remote).await;
    assert!(matches!(refused, AttachmentError::PrivateAddress));
    let both = DownloadLimits { allow_http: true, allow_private_addresses: true, ..DownloadLimits::default() };
    assert_eq!(Downloader::with_limits(both).unwrap().download(&remote).await.unwrap(), note());
}

#[tokio::test]
async fn a_redirect_is_followed_to_where_one_may_go_and_nowhere_else() {
    let (server, private) = (Server::start().await, Server::start().await);
    let remote = on_server(&server).await;
    private.files.put("/files/note", server_bytes(&remote, &server).await);
    let downloader = downloader_for(&[&server.host]);
    let through = |url: &str| at(&remote, server.url(&format!("/to/{url}")));

    assert_eq!(downloader.download(&through("/files/note")).await.unwrap(), note());
    let twice = through(&format!("/to/{}", server.url("/files/note")));
    assert_eq!(downloader.download(&twice).await.unwrap(), note());

    let plain = refusal(&downloader, &through(&private.url("/files/note"))).await;
    assert!(matches!(plain, AttachmentError::NotHttps), "{plain:?}");
    for url in ["https://127.0.0.1:9/", "https://169.254.169.254/latest/meta-data/", "https://localhost:9/"] {
        let refused = refusal(&downloader, &through(url)).await;
        assert!(matches!(refused, AttachmentError::PrivateAddress), "{url}: {refused:?}");
    }
    let file = refusal(&downloader, &through("file:///etc/passwd")).await;
    assert!(matches!(file, AttachmentError::NotHttps));
    let circle = through(&"/to/".repeat(10));
    assert!(matches!(refusal(&downloader, &circle).await, AttachmentError::TooManyRedirects { limit: 5 }));
}

async fn server_bytes(remote: &RemoteAttachment, server: &Server) -> Vec<u8> {
    let plaintext = downloader_for(&[&server.host]).download_content(remote).await.unwrap().to_bytes();
    let keys = AttachmentKeys { secret: remote.secret.clone(), salt: remote.salt, nonce: remote.nonce };
    keys.seal(&plaintext).unwrap().payload
}

/// Seals bytes, whatever they are, and puts them on the server.
fn sealed_bytes(server: &Server, plaintext: &[u8]) -> RemoteAttachment {
    let keys = AttachmentKeys::generate().unwrap();
    let sealed = keys.seal(plaintext).unwrap();
    server.files.put("/files/bytes", sealed.payload);
    RemoteAttachment::new(server.url("/files/bytes"), sealed.digest, keys.secret.clone(), keys.salt, keys.nonce)
}

#[tokio::test]
async fn what_was_sealed_and_is_no_file_is_refused() {
    let server = Server::start().await;
    let downloader = downloader_for(&[&server.host]);
    let text = sealed_bytes(&server, &Content::text("hi").to_bytes());
    assert_eq!(downloader.download_content(&text).await.unwrap().as_text(), Some("hi"));
    let refused = refusal(&downloader, &text).await;
    assert!(matches!(refused, AttachmentError::Content(ContentError::WrongType { .. })), "{refused:?}");

    let junk = sealed_bytes(&server, &[0xff; 40]);
    assert!(matches!(downloader.download(&junk).await, Err(AttachmentError::Content(ContentError::Malformed { .. }))));
    let folder = tempfile::tempdir().unwrap();
    assert!(downloader.download_to(&junk, folder.path()).await.is_err());
    assert!(files_in(folder.path()).is_empty());
}

#[tokio::test]
async fn a_file_that_came_compressed_is_opened_all_the_same() {
    let server = Server::start().await;
    let downloader = downloader_for(&[&server.host]);
    let mut encoded = Attachment::encode_head(Some("hi.txt"), "text/plain", 10);
    encoded.extend([0x78, 0x9c, 0xcb, 0xc8, 0x04, 0x00, 0x01, 0x3b, 0x00, 0xd2]); // zlib
    encoded.extend([0x28, 0x00]); // field 5, deflate
    let remote = sealed_bytes(&server, &encoded);
    assert_eq!(downloader.download(&remote).await.unwrap(), Attachment::new("hi.txt", "text/plain", "hi"));
    let folder = tempfile::tempdir().unwrap();
    let file = downloader.download_to(&remote, folder.path()).await.unwrap();
    assert_eq!((fs::read(&file.path).unwrap(), file.length), (b"hi".to_vec(), 2));
    assert_eq!(files_in(folder.path()), ["hi.txt"]);
}

#[tokio::test]
async fn a_large_file_goes_from_disk_to_disk() {
    let server = Server::start().await;
    let folder = tempfile::tempdir().unwrap();
    let original = folder.path().join("holiday.mov");
    let bytes: Vec<u8> = (0..5_000_003_u32).map(|number| number.to_le_bytes()[0] ^ number.to_le_bytes()[1]).collect();
    fs::write(&original, &bytes).unwrap();

    let sealed = SealedFile::seal_file(&original, "video/quicktime").await.unwrap();
    server.files.put("/files/large", sealed.bytes().await.unwrap());
    let remote = sealed.at(server.url("/files/large"));
    let downloader = downloader_for(&[&server.host]);
    let at_once = downloader.download(&remote).await.unwrap();
    assert!(at_once == Attachment::new("holiday.mov", "video/quicktime", bytes.clone()));

    let there = tempfile::tempdir().unwrap();
    let file = downloader.download_to(&remote, there.path()).await.unwrap();
    assert_eq!((file.filename.as_deref(), file.mime_type.as_str()), (Some("holiday.mov"), "video/quicktime"));
    assert!(fs::read(&file.path).unwrap() == bytes && file.length == 5_000_003);
    assert_eq!(files_in(there.path()), ["holiday.mov"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&file.path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_stays_in_the_folder_and_overwrites_nothing() {
    let server = Server::start().await;
    let downloader = downloader_for(&[&server.host]);
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("inside");
    fs::create_dir(&inside).unwrap();
    fs::write(folder.path().join("victim"), "mine").unwrap();
    let evil = Attachment::new("../victim", "text/plain", "yours");
    let sealed = SealedFile::seal(&evil).unwrap();
    server.files.put("/files/evil", sealed.bytes().await.unwrap());
    let remote = sealed.at(server.url("/files/evil"));

    let first = downloader.download_to(&remote, &inside).await.unwrap();
    let second = downloader.download_to(&remote, &inside).await.unwrap();
    assert_eq!((first.path, second.path), (inside.join("victim"), inside.join("victim (1)")));
    assert_eq!(fs::read(folder.path().join("victim")).unwrap(), b"mine");
    assert_eq!(files_in(&inside), ["victim", "victim (1)"]);
}

#[tokio::test]
async fn what_is_not_there_cannot_be_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let missing = SealedFile::seal_file(folder.path().join("none"), "text/plain").await;
    assert!(matches!(missing, Err(AttachmentError::File { .. })));
    assert!(matches!(SealedFile::seal_file(folder.path(), "text/plain").await, Err(AttachmentError::File { .. })));
    let empty = folder.path().join("empty");
    fs::write(&empty, "").unwrap();
    let server = Server::start().await;
    let sealed = SealedFile::seal_file(&empty, "text/plain").await.unwrap();
    server.files.put("/files/empty", sealed.bytes().await.unwrap());
    let back = downloader_for(&[&server.host]).download(&sealed.at(server.url("/files/empty"))).await.unwrap();
    assert_eq!(back, Attachment::new("empty", "text/plain", []));
}
