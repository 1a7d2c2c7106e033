using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace NativeHost.Testing;

/// <summary>Addresses on the CDN that are good for a while, and what is behind them.</summary>
internal sealed class SignedLinks(Func<Uri> cdn, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, FakeFile> _files = new(StringComparer.Ordinal);
    private int _generation;

    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    public Uri Sign(FakeFile file)
    {
        _files[file.XetHash] = file;
        var expires = (clock.GetUtcNow() + Lifetime).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var name = Uri.EscapeDataString(file.Path.Split('/')[^1]);
        return new Uri($"{cdn()}xet-bridge-us/{file.XetHash[..24]}/{file.XetHash}?X-Xet-Cas-Uid=public"
            + $"&response-content-disposition=inline%3B+filename*%3DUTF-8%27%27{name}"
            + $"&Expires={expires}&Policy=eyJTdGF0ZW1lbnQiOltdfQ__&Signature={SignatureOf(file.XetHash, expires)}&Key-Pair-Id=K2FAKE");
    }

    /// <summary>Makes every address that was given out useless.</summary>
    public void ExpireAll() => Interlocked.Increment(ref _generation);

    /// <summary>Path in its repository of the file that the CDN calls so; null where no address was given out for it.</summary>
    public string? PathOf(string hash) => _files.GetValueOrDefault(hash)?.Path;

    /// <returns>Null where the address is not good, or not any more.</returns>
    public FakeFile? Find(Exchange exchange)
    {
        var expires = exchange.Query.GetValueOrDefault("Expires").ToString();
        return long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out var end)
            && clock.GetUtcNow().ToUnixTimeMilliseconds() < end
            && exchange.Query.GetValueOrDefault("Signature") == SignatureOf(exchange.Route.Path, expires)
            ? _files.GetValueOrDefault(exchange.Route.Path)
            : null;
    }

    private string SignatureOf(string hash, string expires)
        => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{Volatile.Read(ref _generation)} {hash} {expires}")))[..32];
}
