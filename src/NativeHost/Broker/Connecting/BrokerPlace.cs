using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Principal;
using System.Text;

namespace NativeHost.Broker.Connecting;

/// <summary>Where the broker of this user is met.</summary>
/// <param name="Folder">Absolute path of a folder that only this user may enter.</param>
/// <param name="Address">Path of a Unix domain socket in it; on Windows the name of a pipe.</param>
internal sealed partial record BrokerPlace(string Folder, string Address)
{
    /// <summary>Most bytes of a socket's path: 104 on macOS, the end mark included; Linux takes four more.</summary>
    private const int MaxPathBytes = 103;

    private const string Name = "tabagent";
    private const string SocketName = "broker.sock";
    private const UnixFileMode OnlyTheUser = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Held, locked, by the one broker that runs.</summary>
    public string BrokerLock => Path.Combine(Folder, "broker.lock");

    /// <summary>Held, locked, by whoever starts a broker.</summary>
    public string StartLock => Path.Combine(Folder, "start.lock");

    /// <summary>The place that the environment of this process leads to.</summary>
    public static BrokerPlace OfThisUser()
        => OperatingSystem.IsWindows()
            ? OnWindows(Environment.GetEnvironmentVariable)
            : OnUnix(Environment.GetEnvironmentVariable, Path.GetTempPath(), geteuid(), Directory.Exists);

    /// <summary>The place on Linux and macOS.</summary>
    /// <param name="variable">Reads the environment.</param>
    /// <param name="exists">Whether there is a folder of this path.</param>
    /// <remarks>
    /// <c>TABAGENT_HOME</c> moves it. Else it is the user's runtime folder; where there is none, or its path is too long for a socket,
    /// a folder of the user's in the temporary one; where that path is too long as well, in <c>/tmp</c>.
    /// </remarks>
    public static BrokerPlace OnUnix(Func<string, string?> variable, string temporary, uint user, Func<string, bool> exists)
    {
        var ofUser = $"{Name}-{user.ToString(CultureInfo.InvariantCulture)}";
        if (variable("TABAGENT_HOME") is { Length: > 0 } home)
        {
            var moved = Path.Combine(Path.GetFullPath(home), "run");
            return Fits(moved) ? In(moved) : InTemporary(Path.Combine(ofUser, ShortNameOf(moved)));
        }

        string?[] runtimeFolders = [variable("XDG_RUNTIME_DIR"), $"/run/user/{user.ToString(CultureInfo.InvariantCulture)}"];
        var runtime = Array.Find(runtimeFolders, folder => Path.IsPathRooted(folder) && exists(folder) && Fits(Path.Combine(folder, Name)));
        return runtime is null ? InTemporary(ofUser) : In(Path.Combine(runtime, Name));

        BrokerPlace InTemporary(string folder)
            => In(Fits(Path.Combine(temporary, folder)) ? Path.Combine(temporary, folder) : Path.Combine("/tmp", folder));
    }

    /// <summary>Makes the folder, and makes sure that nobody else enters it.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It belongs to somebody else.</exception>
    public void Prepare()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Folder);
            return;
        }

        Directory.CreateDirectory(Folder, OnlyTheUser);
        if (new DirectoryInfo(Folder).LinkTarget is not null)
        {
            throw new UnauthorizedAccessException($"{Folder} is a link; remove it.");
        }

        // Only its owner may do this, so it fails for a folder that somebody else has laid there.
        File.SetUnixFileMode(Folder, OnlyTheUser);
    }

    /// <summary>Undoes <see cref="Prepare"/>, as far as nobody else uses the folder.</summary>
    /// <param name="held">A lock of this place; let go of and removed.</param>
    public void Leave(FileStream held)
    {
        held.Dispose();
        try
        {
            File.Delete(held.Name);
            Directory.Delete(Folder);
        }
        catch (IOException)
        {
            // Somebody else is there, or has removed it.
        }
    }

    private static BrokerPlace In(string folder) => new(folder, Path.Combine(folder, SocketName));

    private static bool Fits(string folder) => Encoding.UTF8.GetByteCount(Path.Combine(folder, SocketName)) <= MaxPathBytes;

    [SupportedOSPlatform("windows")]
    private static BrokerPlace OnWindows(Func<string, string?> variable)
    {
        using var identity = WindowsIdentity.GetCurrent();
        var home = variable("TABAGENT_HOME");
        var local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        var folder = home is { Length: > 0 } ? Path.Combine(Path.GetFullPath(home), "run") : Path.Combine(local, "TabAgent", "run");
        return new BrokerPlace(folder, $"{Name}-{identity.User?.Value}-{ShortNameOf(folder)}");
    }

    // FNV-1a: the place of a name in a folder of the user's own, nothing that has to withstand anybody.
    private static string ShortNameOf(string path)
    {
        var hash = 14695981039346656037UL;
        foreach (var value in Encoding.UTF8.GetBytes(path))
        {
            hash = (hash ^ value) * 1099511628211UL;
        }

        return hash.ToString("x16", CultureInfo.InvariantCulture);
    }

    [LibraryImport("libc")]
    private static partial uint geteuid();
}
