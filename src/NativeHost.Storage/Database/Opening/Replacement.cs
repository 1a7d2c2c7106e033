namespace NativeHost.Storage.Database.Opening;

/// <summary>Puts a data file in the place of the one there is, which is kept under another name.</summary>
internal static class Replacement
{
    /// <summary>Replaces the data file by the one that is ready; a crash in between is finished by the next opening.</summary>
    /// <param name="aside">The path that the one there is gets. Its journal gets one beside it, where there is something in it.</param>
    public static void Do(StoreFiles files, string aside)
    {
        File.Move(files.Data, aside);
        if (new FileInfo(files.Journal) is { Exists: true, Length: > 0 })
        {
            File.Move(files.Journal, Path.ChangeExtension(aside, ".journal"), overwrite: true);
        }

        Finish(files);
    }

    /// <summary>Finishes a replacement that a crash broke off.</summary>
    public static void FinishBrokenOff(StoreFiles files)
    {
        if (!File.Exists(files.Data) && File.Exists(files.Ready))
        {
            Finish(files);
        }

        // With the data file still there, what is ready was not needed, or will be made again.
        File.Delete(files.Ready);
    }

    // A journal that is still there belongs to the old file; it says so, and is overwritten.
    private static void Finish(StoreFiles files)
    {
        File.Move(files.Ready, files.Data);
        files.FlushNames();
    }
}
