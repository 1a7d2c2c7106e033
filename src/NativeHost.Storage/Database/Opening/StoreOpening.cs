using System.Globalization;
using LiteDB;
using NativeHost.Storage.Database.Salvage;
using NativeHost.Storage.Retention;

namespace NativeHost.Storage.Database.Opening;

/// <summary>Opens the files of a store whatever they are: none, of an older version, damaged. Whoever does it has the store's lock.</summary>
internal sealed class StoreOpening(
    StoreFiles files, Func<string, IStoreFile> openFile, Func<string, RetentionLimits> limits, IReadOnlyList<MigrationStep> steps, TimeProvider time)
{
    /// <summary>The steps from older versions to this one.</summary>
    public static IReadOnlyList<MigrationStep> Steps { get; } = [SecondSchema.Step];

    /// <summary>Where the file of an older version is kept that was brought to this one by the last opening; null where there was none.</summary>
    public string? Backup { get; private set; }

    /// <exception cref="StorageException">A newer program wrote the store; it is as it was.</exception>
    /// <exception cref="IOException">The files cannot be read or written, or another program has them.</exception>
    public StoreSession Open()
    {
        Replacement.FinishBrokenOff(files);
        if (!File.Exists(files.Data))
        {
            using var made = NewDataFile.Begin(files, openFile);
            made.Complete(files.Data);
        }

        try
        {
            Migrate();
            return StoreSession.Open(files, openFile, limits);
        }
        catch (Exception e) when (IsDamage(e))
        {
            Recover(e);
            return StoreSession.Open(files, openFile, limits);
        }
    }

    /// <summary>Whether something that was thrown means that the files are not what was written.</summary>
    public static bool IsDamage(Exception failure)
        => failure is DamagedFileException
            or LiteException { ErrorCode: LiteException.INVALID_DATAFILE_STATE or LiteException.INVALID_DATABASE or LiteException.INVALID_FREE_SPACE_PAGE };

    /// <summary>Puts a store of what can be saved in the place of a damaged one. No session is open.</summary>
    public void Recover(Exception damage)
        => new StoreSalvage(files, openFile).Run(damage.Message, time.GetUtcNow());

    private void Migrate()
    {
        DataHeader header;
        using (var data = openFile(files.Data))
        {
            header = DataFiles.HeaderOf(data);
        }

        if (header.Schema > DataFiles.Schema)
        {
            throw new StorageException(
                StorageFault.SchemaTooNew,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"A newer version of this program wrote the conversations (schema {header.Schema}, this one knows {DataFiles.Schema}). Update it; the file was not touched."));
        }

        if (header.Schema < DataFiles.Schema)
        {
            Backup = new Migration(files, openFile, steps).Run(header, time.GetUtcNow());
        }
    }
}
