//! Key packages. They may arrive before their installation is associated with an inbox: released clients upload first.
use crate::{accept, error::Refusal, log::Append, v3::Context};
use tokio::task::spawn_blocking;
use xmtp_proto::xmtp::mls::api::v1::{
    FetchKeyPackagesRequest, FetchKeyPackagesResponse, KeyPackageUpload, fetch_key_packages_response::KeyPackage,
};
use xmtp_types::InstallationId;

/// Keeps a key package and answers whose it is.
///
/// # Errors
/// [`Refusal::Invalid`] if it is missing or not valid; [`Refusal::Log`].
pub(super) async fn upload(context: &Context, upload: Option<KeyPackageUpload>) -> Result<InstallationId, Refusal> {
    let package = spawn_blocking(move || accept::key_package(upload)).await.map_err(|_| Refusal::Stopping)??;
    let installation = package.installation;
    context.log.append(Append::KeyPackage(package)).await?;
    Ok(installation)
}

/// The newest key package of each installation, in the order asked; an empty one for those unknown.
///
/// # Errors
/// [`Refusal::Invalid`] for too many; [`Refusal::Log`].
pub(super) async fn fetch(
    context: &Context,
    request: FetchKeyPackagesRequest,
) -> Result<FetchKeyPackagesResponse, Refusal> {
    accept::asked(&request.installation_keys)?;
    let found = context.log.key_packages(request.installation_keys).await?;
    let answer = |data: Option<_>| KeyPackage { key_package_tls_serialized: data.unwrap_or_default() };
    Ok(FetchKeyPackagesResponse { key_packages: found.into_iter().map(answer).collect() })
}
