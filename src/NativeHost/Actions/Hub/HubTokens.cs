using NativeHost.Grants;
using NativeHost.Library;
using NativeHost.Messages;
using NativeHost.ModelCache.Hub;
using NativeHost.Routing;

namespace NativeHost.Actions.Hub;

/// <summary>Asks for the user's token at the hub to be kept.</summary>
[Requires(nameof(Token))]
internal sealed record SetTokenRequest
{
    /// <summary>It begins with <c>hf_</c>. No answer and no log ever has it.</summary>
    public string? Token { get; init; }

    // A record prints its properties, and nothing may print this one.
    public override string ToString() => nameof(SetTokenRequest);
}

/// <summary>Asks whether there is a token; never for the token.</summary>
internal sealed record GetTokenStatusRequest
{
    /// <summary>Whether the hub is to be asked if it knows the token, and whose it is.</summary>
    public bool Check { get; init; }
}

/// <summary>Asks for the token that is kept to be forgotten.</summary>
internal sealed record ClearTokenRequest;

internal sealed record TokenReply : Reply
{
    /// <summary>Whether there is one.</summary>
    public required bool HasToken { get; init; }

    /// <summary>Where it comes from; a variable of the environment goes before the file.</summary>
    [OneOf(typeof(TokenSource))]
    public required string Source { get; init; }

    /// <summary>Whether the hub knows it; absent where it was not asked, or could not be.</summary>
    public bool? IsAccepted { get; init; }

    /// <summary>Whose it is; absent where the hub was not asked, or does not know it.</summary>
    public string? UserName { get; init; }
}

internal sealed class SetTokenHandler(Lazy<ModelLibrary> library, CallerGrants grants) : IHandler<SetTokenRequest, TokenReply>
{
    public Task<TokenReply> HandleAsync(SetTokenRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        grants.Require(exchange.Caller, GrantKind.HubToken);
        if (string.IsNullOrWhiteSpace(request.Token))
        {
            throw new RequestException(ErrorCode.InvalidRequest, "Token is required");
        }

        library.Value.Token.Store(request.Token);
        return Task.FromResult(TokenReplies.Of(library.Value.Token.Source, "HuggingFace token stored"));
    }
}

internal sealed class GetTokenStatusHandler(Lazy<ModelLibrary> library, CallerGrants grants) : IHandler<GetTokenStatusRequest, TokenReply>
{
    public async Task<TokenReply> HandleAsync(GetTokenStatusRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        var source = library.Value.Token.Source;
        var reply = TokenReplies.Of(source, source == TokenSource.None ? "No token stored" : "Token is stored");
        if (!request.Check)
        {
            return reply;
        }

        grants.Require(exchange.Caller, GrantKind.HubToken);
        var status = await library.Value.Hub.TokenStatusAsync(cancellationToken);
        return reply with { IsAccepted = status.IsAccepted, UserName = status.UserName };
    }
}

internal sealed class ClearTokenHandler(Lazy<ModelLibrary> library, CallerGrants grants) : IHandler<ClearTokenRequest, TokenReply>
{
    public Task<TokenReply> HandleAsync(ClearTokenRequest request, Exchange exchange, CancellationToken cancellationToken)
    {
        grants.Require(exchange.Caller, GrantKind.HubToken);
        var wasThere = library.Value.Token.Clear();
        return Task.FromResult(TokenReplies.Of(
            library.Value.Token.Source,
            library.Value.Token.Source == TokenSource.Environment ? "A variable of the environment still gives a token; remove it there"
                : wasThere ? "HuggingFace token removed"
                : "No token was stored"));
    }
}

internal static class TokenReplies
{
    public static TokenReply Of(TokenSource source, string message) => new()
    {
        Message = message,
        HasToken = source != TokenSource.None,
        Source = source.ToString().ToLowerInvariant(),
    };
}
