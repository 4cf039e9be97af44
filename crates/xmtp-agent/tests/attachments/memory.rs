//! How much memory files of any size take.
use crate::downloader_for;
use axum::{Router, body::Body, routing::get};
use std::{fs, sync::Arc};
use tokio::net::TcpListener;
use tokio_util::io::ReaderStream;
use xmtp_agent::attachments::SealedFile;

const MIB: u64 = 1 << 20;

/// The most memory that this process has had at once, in bytes.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1024
}

#[tokio::test]
async fn a_file_takes_no_more_memory_the_larger_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let original = folder.path().join("long.mov");
    fs::File::create(&original).unwrap().set_len(32 * MIB).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let downloader = downloader_for(&[&host]);
    let before = peak();

    let sealed = Arc::new(SealedFile::seal_file(&original, "video/quicktime").await.unwrap());
    let remote = sealed.at(format!("http://{host}/"));
    let give = move || async move { Body::from_stream(ReaderStream::new(sealed.reader().await.unwrap())) };
    let server = tokio::spawn(async move { axum::serve(listener, Router::new().route("/", get(give))).await });
    let there = tempfile::tempdir().unwrap();
    let file = downloader.download_to(&remote, there.path()).await.unwrap();

    assert_eq!(file.length, 32 * MIB);
    let taken = peak() - before;
    assert!(taken < 12 * MIB, "{taken} bytes");
    server.abort();
}
