using NativeHost.Actions.Models;
using NativeHost.Grants;
using NativeHost.Library;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Actions.Cache;

/// <summary>Asks for a model to be deleted from this machine; a repository alone means all that is here of it.</summary>
[Requires(nameof(ModelPath), nameof(ModelFile))]
internal sealed record DeleteModelRequest : RepositoryAddressed;

/// <param name="Model">As the client named it.</param>
internal sealed record DeleteModelReply(string Model) : Reply<DeletedPayload>;

/// <param name="RepoId">owner/name.</param>
/// <param name="FreedBytes">That the disk has back.</param>
/// <param name="Files">How many are gone.</param>
/// <param name="Later">How many the system still holds; the host deletes them when it starts the next time.</param>
internal sealed record DeletedPayload(string RepoId, long FreedBytes, int Files, int Later);

internal sealed class DeleteModelHandler(Lazy<ModelLibrary> library, CallerGrants grants) : IHandler<DeleteModelRequest, DeleteModelReply>
{
    public Task<DeleteModelReply> HandleAsync(DeleteModelRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var address = request.RequiredRepository(library.Value);
        grants.Require(exchange.Caller, GrantKind.DeleteModels);
        var report = library.Value.Remove(address);
        return Task.FromResult(new DeleteModelReply(request.Address!)
        {
            Message = $"Model {request.Address} deleted successfully",
            Payload = new DeletedPayload(address.Repo.ToString(), report.FreedBytes, report.Files, report.Held.Count),
        });
    }
}
