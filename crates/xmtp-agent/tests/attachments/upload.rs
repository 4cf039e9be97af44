use crate::{
    downloader_for,
    server::{Server, TOKEN},
    signature::{KEY, REGION, SECRET},
};
use futures::future::BoxFuture;
use std::time::Duration;
use xmtp_agent::attachments::{AttachmentError, HttpUploader, S3Uploader, SealedFile, Uploader};
use xmtp_content_types::{Attachment, ContentError};

fn picture() -> Attachment {
    Attachment::new("picture.png", "image/png", [0x89, b'P', b'N', b'G'].repeat(50_000))
}

/// Uploads a picture and downloads it again; answers with its URL.
async fn there_and_back(server: &Server, uploader: &dyn Uploader) -> String {
    let sealed = SealedFile::seal(&picture()).unwrap();
    let remote = sealed.upload(uploader).await.unwrap();
    assert_eq!((remote.filename.as_deref(), remote.content_length), (Some("picture.png"), Some(sealed.length())));
    assert_eq!(downloader_for(&[&server.host]).download(&remote).await.unwrap(), picture());
    remote.url
}

fn put(server: &Server) -> HttpUploader {
    HttpUploader::put(&server.url("/files/")).unwrap().with_header("authorization", TOKEN).unwrap()
}

#[tokio::test]
async fn a_file_goes_by_put_to_a_name_that_nobody_can_guess() {
    let server = Server::start().await;
    let one = there_and_back(&server, &put(&server)).await;
    let two = there_and_back(&server, &put(&server)).await;
    let name = |url: &str| url.strip_prefix(&server.url("/files/")).unwrap().to_owned();
    assert_ne!(name(&one), name(&two));
    assert!(name(&one).len() == 32 && !server.files.paths().iter().any(|path| path.contains("picture")));
}

#[tokio::test]
async fn what_is_uploaded_in_one_place_may_be_read_in_another() {
    let server = Server::start().await;
    let uploader = put(&server).public_under("https://files.example/of/agents?v=1").unwrap();
    let sealed = SealedFile::seal(&picture()).unwrap();
    let remote = sealed.upload(&uploader).await.unwrap();
    assert_eq!(remote.url, format!("https://files.example/of/agents/{}?v=1", sealed.object_name()));
}

#[tokio::test]
async fn a_file_goes_by_post_and_the_server_says_where_it_is() {
    let server = Server::start().await;
    let post = |path: &str| HttpUploader::post(&server.url(path)).unwrap();
    assert_eq!(there_and_back(&server, &post("/location")).await, server.url("/files/located"));
    assert_eq!(there_and_back(&server, &post("/text")).await, server.url("/files/told"));
    let json = post("/json").url_in_json(&["data", "url"]);
    assert_eq!(there_and_back(&server, &json).await, server.url("/files/in-json"));

    let sealed = SealedFile::seal(&picture()).unwrap();
    for uploader in
        [post("/nothing"), post("/json").url_in_json(&["data", "link"]), post("/text").url_in_json(&["url"])]
    {
        assert!(matches!(sealed.upload(&uploader).await, Err(AttachmentError::Answer(_))));
    }
}

#[tokio::test]
async fn a_server_that_refuses_says_so_with_its_status() {
    let server = Server::start().await;
    let sealed = SealedFile::seal(&picture()).unwrap();
    let stranger = HttpUploader::put(&server.url("/files/")).unwrap();
    let error = sealed.upload(&stranger).await.unwrap_err();
    assert!(matches!(error, AttachmentError::Status(403)) && !error.is_retryable());
    assert!(server.files.paths().is_empty());
    let nobody = HttpUploader::put("http://127.0.0.1:1/").unwrap();
    assert!(sealed.upload(&nobody).await.unwrap_err().is_retryable());
}

fn bucket(server: &Server, secret: &str) -> S3Uploader {
    S3Uploader::new(&server.url(""), "bucket", REGION, KEY, secret).unwrap()
}

#[tokio::test]
async fn a_file_goes_to_s3_with_a_signature_that_the_server_checks() {
    let server = Server::start().await;
    let private = bucket(&server, SECRET).with_prefix("in box/").readable_for(Duration::from_secs(60)).unwrap();
    let url = there_and_back(&server, &private).await;
    assert!(url.starts_with(&server.url("/bucket/in%20box/")) && url.contains("X-Amz-Expires=60&"), "{url}");

    // Where anybody may read, the URL bears no signature.
    let sealed = SealedFile::seal(&picture()).unwrap();
    let remote = sealed.upload(&bucket(&server, SECRET).with_prefix("a/")).await.unwrap();
    assert_eq!(remote.url, server.url(&format!("/bucket/a/{}", sealed.object_name())));
    let elsewhere = bucket(&server, SECRET).with_prefix("a/").public_under("https://cdn.example/x").unwrap();
    let remote = sealed.upload(&elsewhere).await.unwrap();
    assert_eq!(remote.url, format!("https://cdn.example/x/a/{}", sealed.object_name()));

    let wrong = sealed.upload(&bucket(&server, "another secret")).await;
    assert!(matches!(wrong, Err(AttachmentError::Status(403))));
    let week_and_a_day = Duration::from_secs(8 * 24 * 3600);
    assert!(matches!(bucket(&server, SECRET).readable_for(week_and_a_day), Err(AttachmentError::Setup(_))));
}

#[test]
fn nothing_is_uploaded_over_plain_http_to_another_machine() {
    for url in ["http://files.example/", "http://10.0.0.1/", "ftp://files.example/", "http://localhost.example/"] {
        assert!(matches!(HttpUploader::put(url), Err(AttachmentError::NotHttps)), "{url}");
        assert!(matches!(HttpUploader::post(url), Err(AttachmentError::NotHttps)), "{url}");
        assert!(matches!(S3Uploader::new(url, "b", "r", "k", "s"), Err(AttachmentError::NotHttps)), "{url}");
    }
    assert!(matches!(HttpUploader::put("files"), Err(AttachmentError::NoUrl)));
}

#[test]
fn uploaders_do_not_show_what_lets_them_in() {
    let http = HttpUploader::put("https://key@files.example/secret-path/").unwrap();
    let http = http.with_header("authorization", "Bearer hunter2").unwrap();
    let s3 = S3Uploader::new("https://s3.example", "bucket", "r", "key-id", "hunter2").unwrap();
    let shown = format!("{http:?} {s3:?}");
    assert!(!["hunter2", "secret-path", "key@", "key-id"].iter().any(|secret| shown.contains(secret)), "{shown}");
}

/// Says that a file is somewhere.
struct Elsewhere(&'static str);

impl Uploader for Elsewhere {
    fn upload<'a>(&'a self, file: &'a SealedFile) -> BoxFuture<'a, Result<String, AttachmentError>> {
        Box::pin(async move { Ok(format!("{}/{}", self.0, file.object_name())) })
    }
}

#[tokio::test]
async fn a_url_that_others_would_refuse_is_not_announced() {
    let sealed = SealedFile::seal(&picture()).unwrap();
    assert!(sealed.upload(&Elsewhere("https://files.example")).await.is_ok());
    let refused = sealed.upload(&Elsewhere("http://files.example")).await;
    assert!(matches!(refused, Err(AttachmentError::Content(ContentError::InsecureUrl))));
}
