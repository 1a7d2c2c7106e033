using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Xunit;

namespace NativeHost.Jinja.Tests.Oracle;

/// <summary>The chat templates of some seventy published models: from a folder beside the repository, or from an npm package that has them in a git bundle.</summary>
internal static class ChatTemplates
{
    private const string Package = "node-llama-cpp";
    // 3.21.1 lacks two of them.
    private const string Version = "3.22.1";
    private const string Sha512 = "bltIipuWmc123H7tMIgDGKSsSrhmhlQYeVUC48XTjVW7XGJJiJJyCdlTMzQ/LiWoPkGDpcL4FviDpgw7qfTiDw==";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static readonly Lock Finding = new();

    // Once for all tests of a run.
    private static Task<string>? _found;

    /// <summary>The folder with the files, which end with ".jinja". Skips the test where they are not to be had.</summary>
    public static async Task<string> FolderAsync()
    {
        try
        {
            Task<string> found;
            lock (Finding)
            {
                found = _found ??= FindAsync();
            }

            return await found;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"There is no folder shared/models/chat-templates beside the repository, and npm and git give no templates: {e.Message}");
            throw;
        }
    }

    /// <summary>Names and sources of all of them.</summary>
    public static async Task<IReadOnlyList<KeyValuePair<string, string>>> AllAsync()
    {
        var files = Directory.EnumerateFiles(await FolderAsync(), "*.jinja").Order(StringComparer.Ordinal);
        return [.. files.Select(file => KeyValuePair.Create(Path.GetFileName(file), File.ReadAllText(file)))];
    }

    private static async Task<string> FindAsync()
    {
        var beside = Path.Combine("shared", "models", "chat-templates");
        for (var folder = new DirectoryInfo(NodePackages.Repository()); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, beside)))
            {
                return Path.Combine(folder.FullName, beside);
            }
        }

        return await DownloadAsync();
    }

    private static async Task<string> DownloadAsync()
    {
        var parent = Path.Combine(NodePackages.Repository(), "artifacts", "oracles");
        var target = Path.Combine(parent, $"chat-templates-{Version}");
        if (Directory.Exists(target))
        {
            return target;
        }

        // Made aside and then moved, so that test runs may stand side by side.
        var work = Directory.CreateDirectory(Path.Combine(parent, $"templates-{Guid.NewGuid():N}")).FullName;
        try
        {
            await NodePackages.RunAsync(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["pack", $"{Package}@{Version}", "--silent"], work, "", Patience);
            await UnpackBundleAsync(Path.Combine(work, $"{Package}-{Version}.tgz"), Path.Combine(work, "bundle"));
            await NodePackages.RunAsync("git", ["clone", "--quiet", "--no-checkout", "-c", "core.autocrlf=false", "bundle", "clone"], work, "", Patience);
            await NodePackages.RunAsync("git", ["-C", "clone", "checkout", "HEAD", "--", "models/templates"], work, "", Patience);
            Directory.Move(Path.Combine(work, "clone", "models", "templates"), target);
        }
        catch (IOException) when (Directory.Exists(target))
        {
            // Another run was faster.
        }
        finally
        {
            // Git's own files are read-only, which keeps Windows from deleting them.
            foreach (var file in Directory.EnumerateFiles(work, "*", SearchOption.AllDirectories))
            {
                File.SetAttributes(file, FileAttributes.Normal);
            }

            Directory.Delete(work, recursive: true);
        }

        return target;
    }

    private static async Task UnpackBundleAsync(string archive, string target)
    {
        var hash = Convert.ToBase64String(SHA512.HashData(await File.ReadAllBytesAsync(archive)));
        if (hash != Sha512)
        {
            throw new InvalidDataException($"{Package} {Version} has another hash than it had: {hash}.");
        }

        await using var packed = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
        await using var tar = new TarReader(packed);
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            if (entry.Name == "package/llama/gitRelease.bundle")
            {
                await entry.ExtractToFileAsync(target, overwrite: false);
                return;
            }
        }

        throw new InvalidDataException($"{Package} {Version} has no bundle.");
    }
}
