using NativeHost.Logging;
using NativeHost.Messages;

namespace NativeHost.Grants;

/// <summary>Asks, for each request anew, whether the user lets its caller do what concerns others. Safe to call from any thread.</summary>
internal sealed class CallerGrants(GrantStore store, HostLog log)
{
    /// <summary>Whether the caller has the grant now. The user at this machine needs none; a file that cannot be used gives none.</summary>
    public bool Has(Caller caller, GrantKind kind)
    {
        if (caller.Kind == CallerKind.Local)
        {
            return true;
        }

        try
        {
            return store.Read().Grants.TryGetValue(caller.Origin, out var names) && names.Contains(GrantKinds.NameOf(kind));
        }
        catch (Exception e) when (e is GrantsUnreadableException or IOException or UnauthorizedAccessException)
        {
            log.GrantsUnreadable(e.Message);
            return false;
        }
    }

    /// <exception cref="RequestException">The caller does not have the grant.</exception>
    public void Require(Caller caller, GrantKind kind)
    {
        if (!Has(caller, kind))
        {
            throw Refusal(caller, kind);
        }
    }

    /// <summary>What a caller without the grant is told, and can show to its user.</summary>
    public static RequestException Refusal(Caller caller, GrantKind kind)
    {
        var command = $"tabagent grants give {Quoted(caller.Origin)} {GrantKinds.NameOf(kind)}";
        return new RequestException(
            ErrorCode.GrantRequired,
            $"{caller.Origin} needs your permission to {GrantKinds.PurposeOf(kind)}. To give it, type in a terminal: {command}")
        {
            Details = new ErrorDetails { Grant = GrantKinds.NameOf(kind), Origin = caller.Origin, Command = command },
        };
    }

    // A shell may take braces, which stand around a Firefox GUID, for its own.
    private static string Quoted(string origin) => origin.Contains('{') ? $"\"{origin}\"" : origin;
}
