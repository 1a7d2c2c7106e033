using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace NativeHost.Testing;

/// <summary>Packages from npm: pinned by version and hash in package-lock.json, installed once into artifacts.</summary>
/// <param name="sources">Folder that holds package.json, package-lock.json and the scripts.</param>
/// <param name="purpose">What cannot be done without them, as it stands behind "so".</param>
internal sealed class NodePackages(string sources, string purpose)
{
    /// <summary>npm may have to fetch megabytes through a slow network.</summary>
    private static readonly TimeSpan InstallPatience = TimeSpan.FromMinutes(4);

    private readonly Lock _installing = new();

    // Once for all tests of a run: npm alone takes half a second to say its version.
    private Task<string>? _installed;

    /// <summary>The folder with the installed packages. Skips the test where there is no Node.js or no npm.</summary>
    public Task<string> InstallAsync()
    {
        lock (_installing)
        {
            return _installed ??= InstallOnceAsync();
        }
    }

    private async Task<string> InstallOnceAsync()
    {
        await RequireAsync("node");
        await RequireAsync(Npm);

        var lockFile = await File.ReadAllBytesAsync(Path.Combine(sources, "package-lock.json"));
        var parent = Path.Combine(Repository(), "artifacts", "oracles");
        var folder = Path.Combine(parent, Convert.ToHexStringLower(SHA256.HashData(lockFile))[..16]);
        if (Directory.Exists(folder))
        {
            return folder;
        }

        // Installed aside and then moved, so that test runs may stand side by side.
        var work = Directory.CreateDirectory(Path.Combine(parent, $"install-{Guid.NewGuid():N}")).FullName;
        try
        {
            foreach (var name in new[] { "package.json", "package-lock.json" })
            {
                File.Copy(Path.Combine(sources, name), Path.Combine(work, name));
            }

            await RunAsync(Npm, ["ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"], work, "", InstallPatience);
            Directory.Move(work, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another run was faster.
        }
        finally
        {
            if (Directory.Exists(work))
            {
                Directory.Delete(work, recursive: true);
            }
        }

        return folder;
    }

    /// <summary>What a script of the folder prints; it may import the packages.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has its error output.</exception>
    public async Task<string> RunScriptAsync(string name, params string[] arguments)
    {
        var folder = await InstallAsync();
        var script = await File.ReadAllTextAsync(Path.Combine(sources, name));
        // From its standard input, so that imports are looked for in the working directory.
        return await RunAsync("node", ["--input-type=module", "-", .. arguments], folder, script, TimeSpan.FromMinutes(1));
    }

    private static string Npm => OperatingSystem.IsWindows() ? "npm.cmd" : "npm";

    private async Task RequireAsync(string program)
    {
        try
        {
            await RunAsync(program, ["--version"], sources, "", TimeSpan.FromMinutes(1));
        }
        catch (Win32Exception)
        {
            Assert.Skip($"{program} is not installed, so {purpose}.");
        }
    }

    /// <summary>What a program prints.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has its output.</exception>
    public static async Task<string> RunAsync(string program, string[] arguments, string folder, string input, TimeSpan patience)
    {
        using var time = new CancellationTokenSource(patience);
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(time.Token);
            var output = process.StandardOutput.ReadToEndAsync(time.Token);
            await process.StandardInput.WriteAsync(input.AsMemory(), time.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(time.Token);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException($"{program} {arguments[0]} ended with {process.ExitCode}: {await errors}{await output}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>The folder that holds the solution.</summary>
    public static string Repository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "NativeHost.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No NativeHost.sln above {AppContext.BaseDirectory}.");
    }
}
