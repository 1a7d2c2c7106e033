using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace NativeHost.ModelCache.Hub;

/// <summary>The user's token at the hub: read where the hub's own tools keep it, and written there when the user asks for it.</summary>
/// <remarks>
/// Safe to use from any thread and from several processes. Nothing is kept in memory, so that a token which another program changes counts from
/// then on. No other file, no message and no exception ever holds it.
/// </remarks>
public sealed partial class HubToken(HubSettings settings)
{
    private const int MaxFileBytes = 16 * 1024;

    private const UnixFileMode OnlyTheUser = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Where the token comes from.</summary>
    /// <exception cref="ModelCacheException">The file is there and cannot be read.</exception>
    public TokenSource Source
        => settings.TokenVariable is not null ? TokenSource.Environment
            : ReadFile().Length > 0 ? TokenSource.File
            : TokenSource.None;

    /// <summary>Keeps a token for this and all other tools of the hub, instead of the one that was kept. A variable of the environment still wins over it.</summary>
    /// <exception cref="ModelCacheException">It does not look like a token, or the file cannot be written.</exception>
    public void Store(string token)
    {
        var clean = Clean(token);
        if (!IsWellFormed(clean))
        {
            throw Malformed("The text");
        }

        try
        {
            Replace(clean);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable("written", e);
        }
    }

    /// <summary>Forgets the token that is kept in the file. One in a variable of the environment is not ours to forget.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ModelCacheException">The file cannot be removed.</exception>
    public bool Clear()
    {
        try
        {
            var isThere = File.Exists(settings.TokenPath);
            File.Delete(settings.TokenPath);
            return isThere;
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable("removed", e);
        }
    }

    /// <summary>The token itself, for the header of a request to the hub and for nothing else.</summary>
    /// <exception cref="ModelCacheException">There is something, but no token; or the file is there and cannot be read.</exception>
    internal bool TryRead([NotNullWhen(true)] out string? token)
    {
        var found = settings.VariableToken ?? ReadFile();
        token = found.Length == 0 ? null : found;
        return token is null || IsWellFormed(token) ? token is not null : throw Malformed(settings.TokenVariable ?? settings.TokenPath);
    }

    /// <summary>Takes away what editors and shells add.</summary>
    internal static string Clean(string? token)
        => token is null ? "" : token.TrimStart('\uFEFF').Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal).Trim();

    // The public hub's tokens look alike, and anything else there is some other secret that was put into the wrong place. A mirror has its own.
    private bool IsWellFormed(string token)
        => settings.Endpoint.IdnHost is "huggingface.co" or "hf.co" ? PublicHubToken().IsMatch(token) : BearerToken().IsMatch(token);

    private string ReadFile()
    {
        try
        {
            using var stream = new FileStream(settings.TokenPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[MaxFileBytes];
            return Clean(Encoding.UTF8.GetString(bytes, 0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable("read", e);
        }
    }

    // The folder may be there already and be shared with others; the file's own mode keeps them out.
    private void Replace(string token)
    {
        var folder = Path.GetDirectoryName(settings.TokenPath)!;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OnlyTheUser | UnixFileMode.UserExecute);
            options.UnixCreateMode = OnlyTheUser;
        }

        var temporary = $"{settings.TokenPath}.{Guid.NewGuid():N}";
        try
        {
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(Encoding.ASCII.GetBytes(token));

                // On the disk before it has the name: a loss of power must not leave an empty file there.
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, settings.TokenPath, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private ModelCacheException Malformed(string what)
        => new(
            CacheFault.TokenInvalid,
            $"{what} holds no token of the hub: one is hf_ and 34 or more letters and digits, in one word. "
            + $"Copy the token again from {settings.Endpoint.AbsoluteUri.TrimEnd('/')}/settings/tokens.");

    private ModelCacheException Unusable(string done, Exception cause)
        => new(CacheFault.CacheUnusable, $"The token's file {settings.TokenPath} cannot be {done}. See to it that you may, or set HF_TOKEN instead.", cause);

    // Those that a person makes are letters and digits; those that a login in a browser gives are longer and hold what RFC 6750 allows.
    [GeneratedRegex(@"\Ahf_[A-Za-z0-9._~+/-]{34,4096}={0,2}\z")]
    private static partial Regex PublicHubToken();

    // What RFC 6750 lets follow "Bearer ", within reason.
    [GeneratedRegex(@"\A[A-Za-z0-9._~+/-]{1,4096}={0,2}\z")]
    private static partial Regex BearerToken();
}
