using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace NativeHost.ModelCache.Tests.Matrix;

/// <summary>A real file system with so much room and no more: one in memory, which only the superuser of Linux can have.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _filler;

    private SmallDisk(string path) => (Path, _filler) = (path, System.IO.Path.Combine(path, "filler"));

    public string Path { get; }

    public long FreeBytes => new DriveInfo(Path).AvailableFreeSpace;

    /// <summary>Skips the test where there can be none.</summary>
    /// <param name="bytes">A whole number of pages.</param>
    public static SmallDisk Mount(long bytes)
    {
        var path = Directory.CreateTempSubdirectory("disk-").FullName;
        var options = string.Create(CultureInfo.InvariantCulture, $"size={bytes}");
        if (!OperatingSystem.IsLinux() || !TryRun("mount", "-t", "tmpfs", "-o", options, "tmpfs", path))
        {
            Directory.Delete(path);
            Assert.Skip("No file system can be mounted here, so none can be full: that takes the superuser of Linux.");
        }

        return new SmallDisk(path);
    }

    /// <summary>Takes all the room but so much.</summary>
    public void FillUpTo(long freeBytes)
    {
        using var file = new FileStream(_filler, FileMode.Append);
        var page = new byte[4096];
        while (FreeBytes >= freeBytes + page.Length)
        {
            file.Write(page);
            file.Flush();
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Clear() => File.Delete(_filler);

    public void MakeReadOnly() => Assert.True(TryRun("mount", "-o", "remount,ro", Path));

    public void MakeWritable() => Assert.True(TryRun("mount", "-o", "remount,rw", Path));

    public void Dispose()
    {
        Assert.True(TryRun("umount", "-l", Path));
        Directory.Delete(Path);
    }

    private static bool TryRun(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
