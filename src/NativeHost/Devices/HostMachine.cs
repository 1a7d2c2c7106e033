using NativeHost.Hardware;
using NativeHost.Hardware.Disks;
using NativeHost.ModelCache;
using NativeHost.ModelCache.Hub;

namespace NativeHost.Devices;

/// <summary>The machine as this host asks about it: with its own engine, and the disks that it writes to.</summary>
internal static class HostMachine
{
    /// <summary>Nothing is found out here.</summary>
    public static IMachine OfThisUser() => new Machine(new EngineDeviceList([HostExecutable.Path, "devices"]).AskAsync, [.. Folders()], TimeProvider.System);

    private static IEnumerable<MachineFolder> Folders()
    {
        if (CacheFolder() is { } cache)
        {
            yield return new MachineFolder("model_cache", cache);
        }

        yield return new MachineFolder("models", AppFolders.Models());
        yield return new MachineFolder("cache", AppFolders.Cache());
        yield return new MachineFolder("temp", Path.GetTempPath());
    }

    private static string? CacheFolder()
    {
        try
        {
            return HubSettings.FromEnvironment(proxy: null).CacheFolder;
        }
        catch (ModelCacheException)
        {
            // Who asks for a model is told what is wrong with the user's settings.
            return null;
        }
    }
}
